import { Button, Link, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FileUpload } from '../../components/file-upload.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type OfferedWay, stepTexts, wayLabels } from './labels.ts'

const useStyles = makeStyles({
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  steps: { margin: 0, paddingInlineStart: '24px', display: 'grid', gap: tokens.spacingVerticalS },
  // White around it in the dark, too: cameras look for dark on light.
  code: {
    width: 'min(260px, 100%)',
    padding: '16px',
    boxSizing: 'border-box',
    backgroundColor: 'white',
    borderRadius: tokens.borderRadiusMedium,
  },
})

/** What is to be done for each way in that the account offers. */
export function Steps({ token, ways }: { token: string; ways: readonly OfferedWay[] }) {
  const { t } = useTranslation('activation')
  return (
    <Section title={t('activation:steps.title')} text={t('activation:steps.text')}>
      {ways.map((one) => (
        <OneWay key={one.way} token={token} offered={one} />
      ))}
    </Section>
  )
}

function OneWay({ token, offered }: { token: string; offered: OfferedWay }) {
  const styles = useStyles()
  const { t } = useTranslation('activation')
  const { way } = offered
  const nothingToDo = way === 'whatsapp-cloud' && offered.signupUrl === null
  return (
    <>
      <h3 className={styles.heading}>{t(wayLabels[way])}</h3>
      {nothingToDo ? (
        <span>{t('activation:step.cloud.none')}</span>
      ) : (
        <ol className={styles.steps}>
          {stepTexts[way].map((text) => (
            <li key={text}>{t(text)}</li>
          ))}
        </ol>
      )}
      {way === 'whatsapp-linked-device' && <LinkingCode text={offered.qrText} />}
      {offered.signupUrl !== null && (
        <Link href={offered.signupUrl} target="_blank" rel="noopener noreferrer">
          {t('activation:step.cloud.open')}
        </Link>
      )}
      {offered.uploads && <Upload token={token} way={way as UploadWay} />}
    </>
  )
}

function LinkingCode({ text }: { text: string | null }) {
  const styles = useStyles()
  const { t } = useTranslation('activation')
  const picture = useQuery({
    queryKey: ['linking-code', text],
    gcTime: 0,
    enabled: text !== null,
    queryFn: async () => (await import('qrcode')).toString(text ?? '', { type: 'svg', margin: 0 }),
  })
  if (text === null) return <Notice>{t('activation:step.linked.none')}</Notice>
  if (!picture.data) return null
  return (
    <img
      className={styles.code}
      alt={t('activation:step.linked.picture')}
      src={`data:image/svg+xml;base64,${btoa(picture.data)}`}
    />
  )
}

type UploadWay = 'whatsapp-backup' | 'whatsapp-export' | 'wechat-export'

function Upload({ token, way }: { token: string; way: UploadWay }) {
  const { t } = useTranslation('activation')
  const format = useFormat()
  const [file, setFile] = useState<File | null>(null)
  const [key, setKey] = useState('')
  const send = useChange('uploadBackup')
  const upload = () => {
    if (file === null || send.isPending) return
    const settings = JSON.stringify(settingsOf(way, key))
    send.mutate({ query: { token, way, name: file.name, settings }, body: file })
  }
  return (
    <>
      <FileUpload label={t('activation:step.file')} file={file} onFile={setFile} pending={send.isPending} />
      {way === 'whatsapp-backup' && (
        <TextField
          label={t('activation:step.backup.key')}
          value={key}
          onChange={setKey}
          maxLength={80}
          autoComplete="off"
        />
      )}
      <Buttons>
        <Button disabled={file === null} disabledFocusable={send.isPending} onClick={upload}>
          {t('activation:step.send')}
        </Button>
      </Buttons>
      <ErrorNotice error={send.error} />
      {send.data && (
        <Notice intent="success">
          {t('activation:step.sent', {
            captured: format.number(send.data.captured),
            duplicates: format.number(send.data.duplicates),
          })}
        </Notice>
      )}
    </>
  )
}

/** An export tells local times only: whoever sends it from his phone is where they were written. */
function settingsOf(way: UploadWay, key: string): Record<string, string> {
  if (way !== 'whatsapp-backup') return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }
  return key.trim() === '' ? {} : { key: key.replaceAll(/\s/g, '') }
}
