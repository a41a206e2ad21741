import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'

type Settings = Answer<'readAlertSettings'>

/** Where alerts go. */
export function AlertSettings() {
  const { t } = useTranslation('coverage')
  const settings = useCall('readAlertSettings', undefined)
  return (
    <Section title={t('coverage:alerts.title')} text={t('coverage:alerts.text')}>
      <Loaded call={settings}>{(facts) => <Shown settings={facts} />}</Loaded>
    </Section>
  )
}

function Shown({ settings }: { settings: Settings }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const may = useMay()
  const [changing, setChanging] = useState(false)
  const { emailAddresses, webhook, lagMinutes, problem } = settings
  const nobody = t('coverage:alerts.nobody')
  return (
    <>
      {problem && (
        <Notice intent="warning" title={t('coverage:alerts.problem')}>
          <span lang="en">{problem}</span>
        </Notice>
      )}
      <Facts
        facts={[
          {
            name: t('coverage:alerts.email'),
            value: emailAddresses.length === 0 ? nobody : format.list(emailAddresses),
          },
          { name: t('coverage:alerts.webhook'), value: webhook?.url ?? nobody },
          { name: t('coverage:alerts.lag'), value: format.number(lagMinutes) },
        ]}
      />
      {may('changeAlertSettings') && (
        <Buttons>
          <Button onClick={() => setChanging(true)}>{t('coverage:alerts.change')}</Button>
        </Buttons>
      )}
      {changing && <ChangeDialog settings={settings} onClose={() => setChanging(false)} />}
    </>
  )
}

function ChangeDialog({ settings, onClose }: { settings: Settings; onClose: () => void }) {
  const { t } = useTranslation(['coverage', 'general'])
  const notify = useNotify()
  const [addresses, setAddresses] = useState(settings.emailAddresses.join('\n'))
  const [url, setUrl] = useState(settings.webhook?.url ?? '')
  const [secret, setSecret] = useState('')
  const [lag, setLag] = useState(String(settings.lagMinutes))
  const change = useChange('changeAlertSettings', {
    stale: ['readAlertSettings'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const keepsSecret = settings.webhook?.hasSecret === true && settings.webhook.url === url.trim()
  const filled =
    isLag(lag) && (url.trim() === '' || secret.length >= secretLengthMin || (secret === '' && keepsSecret))
  const save = () =>
    change.mutate({
      body: {
        emailAddresses: addresses.split(/[\s,;]+/).filter((one) => one !== ''),
        webhook: url.trim() === '' ? null : { url: url.trim(), ...(secret === '' ? {} : { secret }) },
        ...{ lagMinutes: Number(lag), version: settings.version },
      },
    })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('coverage:alerts.change')}
      submit={t('general:action.save')}
      onSubmit={save}
      pending={change.isPending}
      error={change.error}
      disabled={!filled}
    >
      <TextField
        lines={3}
        label={t('coverage:alerts.email')}
        hint={t('coverage:alerts.emailHint')}
        value={addresses}
        onChange={setAddresses}
      />
      <TextField
        label={t('coverage:alerts.webhook')}
        hint={t('coverage:alerts.webhookHint')}
        maxLength={1_000}
        value={url}
        onChange={setUrl}
      />
      <TextField
        type="password"
        autoComplete="off"
        label={t('coverage:alerts.secret')}
        hint={keepsSecret ? t('coverage:alerts.secretKept') : t('coverage:alerts.secretHint')}
        maxLength={200}
        value={secret}
        onChange={setSecret}
      />
      <TextField type="number" label={t('coverage:alerts.lag')} value={lag} onChange={setLag} />
    </FormDialog>
  )
}

const secretLengthMin = 16

function isLag(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 5 && Number(text) <= 10_080
}
