import { Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/session.ts'
import { Section, TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Provider } from './provider.tsx'
import { SettingsForm } from './settings-form.tsx'
import { type Settings, SettingsPage } from './settings-frame.tsx'

export function SignInSettingsPage() {
  return (
    <SettingsPage>
      {(settings) => (
        <>
          <SecondFactor settings={settings} />
          <SessionTimes settings={settings} />
          <Provider key={settings.provider?.issuer ?? ''} settings={settings} />
        </>
      )}
    </SettingsPage>
  )
}

function SecondFactor({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const { user, method } = useSession()
  const [required, setRequired] = useState(settings.secondFactorRequired)
  const hasOne = user.hasTotp || user.passkeys > 0 || method === 'oidc'
  return (
    <Section title={t('settings:secondFactor.title')} text={t('settings:secondFactor.text')}>
      <SettingsForm change={() => ({ secondFactorRequired: required })}>
        <Switch
          label={t('settings:secondFactor.required')}
          checked={required}
          onChange={(_, { checked }) => setRequired(checked)}
        />
        {required && !hasOne && (
          <Notice intent="warning">
            {t('settings:secondFactor.ownMissing')}{' '}
            <PageLink to="/account">{t('settings:secondFactor.account')}</PageLink>
          </Notice>
        )}
      </SettingsForm>
    </Section>
  )
}

/** As the contract bounds them. */
const bounds = { idleMinutes: [5, 1440], absoluteHours: [1, 168], confirmMinutes: [1, 60] } as const

function SessionTimes({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const { sessions } = settings
  const [idle, setIdle] = useState(String(sessions.idleMinutes))
  const [absolute, setAbsolute] = useState(String(sessions.absoluteHours))
  const [confirm, setConfirm] = useState(String(sessions.confirmMinutes))
  const times = {
    idleMinutes: Number(idle),
    absoluteHours: Number(absolute),
    confirmMinutes: Number(confirm),
  }
  const problem = (name: keyof typeof bounds) => {
    const [least, most] = bounds[name]
    const value = times[name]
    return Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : t('settings:sessions.problem', { least, most })
  }
  const wrong = (Object.keys(bounds) as (keyof typeof bounds)[]).some((name) => problem(name) !== undefined)
  return (
    <Section title={t('settings:sessions.title')}>
      <SettingsForm change={() => ({ sessions: times })} disabled={wrong}>
        <TextField
          label={t('settings:sessions.idle')}
          hint={t('settings:sessions.idleHint')}
          problem={problem('idleMinutes')}
          type="number"
          value={idle}
          onChange={setIdle}
          required
        />
        <TextField
          label={t('settings:sessions.absolute')}
          hint={t('settings:sessions.absoluteHint')}
          problem={problem('absoluteHours')}
          type="number"
          value={absolute}
          onChange={setAbsolute}
          required
        />
        <TextField
          label={t('settings:sessions.confirm')}
          hint={t('settings:sessions.confirmHint')}
          problem={problem('confirmMinutes')}
          type="number"
          value={confirm}
          onChange={setConfirm}
          required
        />
      </SettingsForm>
    </Section>
  )
}
