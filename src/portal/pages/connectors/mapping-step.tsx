import { Button, Link, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall, useChange } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { type FileProblem, FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { MappingPreview } from './mapping-preview.tsx'
import type { StepProps } from './wizard-page.tsx'

export function MappingStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation('connectors')
  const [catchAll, setCatchAll] = useState(draft.catchAll ?? '')
  const saveTyped = () => open.save({ catchAll: catchAll.trim() || null })
  const preview = useChange('previewDraft')
  const next = async () => {
    if ((await saveTyped()) && (await open.save({ step: 'review' }))) go('review')
  }
  const back = async () => {
    if (await saveTyped()) go('sign-in')
  }
  return (
    <Section title={t('connectors:step.mapping')} text={t('connectors:mapping.text')}>
      <Switch
        label={t('connectors:mapping.automatic')}
        checked={draft.automaticMapping}
        onChange={(_, data) => void open.save({ automaticMapping: data.checked })}
      />
      <CustomMapping draft={draft} open={open} />
      <TextField
        label={t('connectors:mapping.catchAll')}
        hint={t('connectors:mapping.catchAllHint')}
        type="email"
        value={catchAll}
        onChange={setCatchAll}
      />
      <div>
        <Button
          disabledFocusable={preview.isPending}
          onClick={async () => {
            if (await saveTyped()) preview.mutate({ params: { id: draft.id } })
          }}
        >
          {t('connectors:mapping.preview')}
        </Button>
      </div>
      <ErrorNotice error={preview.error} />
      {preview.data && <MappingPreview preview={preview.data} />}
      <Buttons>
        <Button appearance="primary" disabledFocusable={open.pending} onClick={() => void next()}>
          {t('connectors:wizard.next')}
        </Button>
        <Button onClick={() => void back()}>{t('connectors:wizard.back')}</Button>
      </Buttons>
    </Section>
  )
}

function CustomMapping({ draft, open }: Pick<StepProps, 'draft' | 'open'>) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const [file, setFile] = useState<File | null>(null)
  const [problems, setProblems] = useState<readonly FileProblem[]>([])
  const { refetch } = useCall('readDraft', { params: { id: draft.id } }, { staleTime: Infinity })
  const upload = async (chosen: File) => {
    setFile(chosen)
    setProblems([])
    const answer = await open.inTurn(async () => {
      const uploaded = await call('uploadDraftMapping', {
        params: { id: draft.id },
        query: { name: chosen.name },
        body: chosen,
      })
      await refetch()
      return uploaded
    })
    if (answer && !answer.taken) setProblems(answer.problems)
  }
  return (
    <>
      <p style={{ margin: 0 }}>
        {t('connectors:mapping.csvText')}{' '}
        <Link href={linkTo('downloadMappingTemplate')} download>
          {t('connectors:mapping.template')}
        </Link>
      </p>
      <FileUpload
        label={t('connectors:mapping.choose')}
        accept=".csv,text/csv"
        file={file}
        onFile={(chosen) => void upload(chosen)}
        pending={open.pending}
      />
      <FileProblems problems={problems} />
      {draft.mappingFile && (
        <Notice
          intent="success"
          actions={
            <Button
              onClick={() => {
                setFile(null)
                void open.save({ removeMappingFile: true })
              }}
            >
              {t('connectors:mapping.removeFile')}
            </Button>
          }
        >
          {t('connectors:mapping.taken', {
            count: draft.mappingFile.rows,
            number: format.number(draft.mappingFile.rows),
            name: draft.mappingFile.name,
          })}
        </Notice>
      )}
    </>
  )
}
