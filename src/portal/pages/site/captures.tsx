import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { CaptureDialog } from './capture-dialog.tsx'
import { sourceLabels } from './labels.ts'

/** What came into the journal, and a way to put a file into it by hand. */
export function Captures({ accountId }: { accountId: number }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  const captures = useCall('listCaptures', { params: { id: accountId } })
  const [capturing, setCapturing] = useState(false)
  return (
    <Section title={t('site:capture.title')} text={t('site:capture.text')}>
      <div>
        <Button onClick={() => setCapturing(true)}>{t('site:capture.file')}</Button>
      </div>
      <Loaded call={captures}>
        {(rows) => (
          <DataTable
            bounded
            caption={t('site:capture.title')}
            rows={rows}
            rowKey={({ id }) => id}
            empty={<span>{t('site:capture.none')}</span>}
            columns={[
              { key: 'at', title: t('site:capture.at'), render: ({ startedAt }) => <Time of={startedAt} /> },
              {
                key: 'source',
                title: t('site:capture.source'),
                render: ({ source }) => (sourceLabels[source] ? t(sourceLabels[source]) : source),
              },
              {
                key: 'captured',
                title: t('site:capture.captured'),
                align: 'end',
                render: ({ captured }) => format.number(captured),
              },
              {
                key: 'duplicates',
                title: t('site:capture.duplicates'),
                align: 'end',
                render: ({ duplicates }) => format.number(duplicates),
              },
              {
                key: 'attachments',
                title: t('site:journal.attachments'),
                align: 'end',
                render: ({ attachments }) => format.number(attachments),
              },
              {
                key: 'end',
                title: t('site:capture.end'),
                render: ({ finishedAt }) =>
                  finishedAt === null ? t('site:capture.unfinished') : <Time of={finishedAt} />,
              },
            ]}
          />
        )}
      </Loaded>
      {capturing && <CaptureDialog accountId={accountId} onClose={() => setCapturing(false)} />}
    </Section>
  )
}
