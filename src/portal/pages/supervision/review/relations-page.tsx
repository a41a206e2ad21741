import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../../api/client.ts'
import { useCall, useChange } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { ConfirmDialog } from '../../../components/dialogs.tsx'
import { type FileProblem, FileProblems, FileUpload } from '../../../components/file-upload.tsx'
import { Section } from '../../../components/form.tsx'
import { ErrorNotice, Loaded } from '../../../components/notices.tsx'
import { useNotify } from '../../../components/notify.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { relationLabels } from './labels.ts'
import { ReviewsFrame } from './review-frame.tsx'

/** Who must not review whom. */
export function ReviewRelationsPage() {
  const { t } = useTranslation('review')
  const format = useFormat()
  const may = useMay()
  const relations = useCall('readReviewRelations', undefined)
  return (
    <ReviewsFrame>
      <Section title={t('review:relations.title')} text={t('review:relations.text')}>
        <Loaded call={relations}>
          {(rows) => (
            <DataTable
              bounded
              caption={t('review:relations.title')}
              rows={rows}
              rowKey={({ person, other, relation }) => `${person} ${relation} ${other}`}
              empty={<p>{t('review:relations.none')}</p>}
              columns={[
                {
                  key: 'person',
                  title: t('review:relations.person'),
                  compare: (a, b) => format.compare(a.person, b.person),
                  render: ({ person }) => person,
                },
                {
                  key: 'relation',
                  title: t('review:relations.relation'),
                  render: ({ relation }) => t(relationLabels[relation]),
                },
                {
                  key: 'other',
                  title: t('review:relations.other'),
                  compare: (a, b) => format.compare(a.other, b.other),
                  render: ({ other }) => other,
                },
              ]}
            />
          )}
        </Loaded>
      </Section>
      {may('replaceReviewRelations') && <RelationsFile />}
    </ReviewsFrame>
  )
}

function RelationsFile() {
  const { t } = useTranslation('review')
  const format = useFormat()
  const notify = useNotify()
  const [file, setFile] = useState<File | null>(null)
  const [asking, setAsking] = useState(false)
  const replace = useChange('replaceReviewRelations', {
    stale: ['readReviewRelations'],
    onSuccess: ({ relations }) =>
      notify({ title: t('review:relations.taken', { count: relations, number: format.number(relations) }) }),
    onSettled: () => setAsking(false),
  })
  const problems = problemsOf(replace.error)
  return (
    <Section title={t('review:relations.file')} text={t('review:relations.fileText')}>
      <FileUpload
        label={t('review:relations.choose')}
        accept=".csv,text/csv"
        file={file}
        pending={replace.isPending}
        onFile={(chosen) => {
          setFile(chosen)
          replace.reset()
          setAsking(true)
        }}
      />
      {problems.length > 0 ? <FileProblems problems={problems} /> : <ErrorNotice error={replace.error} />}
      {file && (
        <ConfirmDialog
          open={asking}
          onClose={() => setAsking(false)}
          title={t('review:relations.replace')}
          confirm={t('review:relations.replace')}
          onConfirm={() => void file.text().then((csv) => replace.mutate({ body: { csv } }))}
          pending={replace.isPending}
        >
          {t('review:relations.ask', { name: file.name })}
        </ConfirmDialog>
      )}
    </Section>
  )
}

function problemsOf(error: unknown): readonly FileProblem[] {
  if (!(error instanceof RequestRefused) || error.code !== 'bad-csv') return []
  return (error.details.problems as readonly FileProblem[] | undefined) ?? []
}
