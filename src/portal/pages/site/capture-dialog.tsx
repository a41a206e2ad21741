import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { FileUpload } from '../../components/file-upload.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { gapLabels, settingLabels, sourceLabels } from './labels.ts'

type Source = Answer<'listSources'>[number]

/** Sends a file to the site, which reads it into the journal as it comes. */
export function CaptureDialog({ accountId, onClose }: { accountId: number; onClose: () => void }) {
  const sources = useCall('listSources', undefined)
  if (!sources.data) return <Loaded call={sources}>{() => null}</Loaded>
  return <Capture accountId={accountId} sources={sources.data} onClose={onClose} />
}

function Capture(props: { accountId: number; sources: readonly Source[]; onClose: () => void }) {
  const { accountId, sources, onClose } = props
  const { t } = useTranslation(['site', 'general'])
  // What people send most often by hand.
  const usual = sources.find((one) => one.name === 'whatsapp-export') ?? sources[0]
  const [name, setName] = useState(usual?.name ?? '')
  const [settings, setSettings] = useState<Readonly<Record<string, string>>>({})
  const [file, setFile] = useState<File | null>(null)
  const send = useChange('captureFile', {
    stale: ['listCaptures', 'readAccount', 'listGaps', 'listAccounts'],
  })
  const source = sources.find((one) => one.name === name)
  const filled = Object.fromEntries(Object.entries(settings).filter(([, value]) => value.trim() !== ''))
  const capture = () => {
    if (file === null) return
    const query = { source: name, name: file.name, settings: JSON.stringify(filled) }
    send.mutate({ params: { id: accountId }, query, body: file })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('site:capture.file')}
      submit={send.isSuccess ? t('general:action.close') : t('site:capture.submit')}
      onSubmit={send.isSuccess ? onClose : capture}
      pending={send.isPending}
      disabled={file === null}
      error={send.error}
    >
      <ChoiceField
        label={t('site:capture.source')}
        value={name}
        onChange={setName}
        choices={sources.map((one) => ({
          value: one.name,
          label: sourceLabels[one.name] ? t(sourceLabels[one.name]!) : one.title,
        }))}
      />
      {source && <Settings source={source} values={settings} onChange={setSettings} />}
      <FileUpload label={t('site:capture.choose')} file={file} onFile={setFile} pending={send.isPending} />
      {send.data && <Captured captured={send.data} />}
    </FormDialog>
  )
}

/** A field for each option the source takes, as its schema describes it. */
function Settings(props: {
  source: Source
  values: Readonly<Record<string, string>>
  onChange: (values: Readonly<Record<string, string>>) => void
}) {
  const { source, values, onChange } = props
  const { t } = useTranslation('site')
  const properties = Object.entries((source.settings.properties ?? {}) as Record<string, Property>)
  return properties
    .filter(([, { type }]) => type === undefined || type === 'string')
    .map(([key, { enum: choices, description }]) => {
      const field = {
        label: settingLabels[key] ? t(settingLabels[key]) : key,
        value: values[key] ?? '',
        onChange: (value: string) => onChange({ ...values, [key]: value }),
        ...(settingLabels[key] || description === undefined ? {} : { hint: description }),
      }
      if (!choices) return <TextField key={key} {...field} />
      const options = choices.map((value) => ({ value, label: value }))
      return (
        <ChoiceField
          key={key}
          {...field}
          choices={[{ value: '', label: t('site:setting.open') }, ...options]}
        />
      )
    })
}

interface Property {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly description?: string
}

function Captured({ captured }: { captured: Answer<'captureFile'> }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  return (
    <>
      <Notice intent="success">
        {t('site:capture.done', {
          captured: format.number(captured.captured),
          duplicates: format.number(captured.duplicates),
          attachments: format.number(captured.attachments),
        })}
      </Notice>
      {captured.gaps.map(({ reason, explanation }) => (
        <Notice
          key={`${reason} ${explanation}`}
          intent="warning"
          title={gapLabels[reason] ? t(gapLabels[reason]) : reason}
        >
          <span lang="en">{explanation}</span>
        </Notice>
      ))}
    </>
  )
}
