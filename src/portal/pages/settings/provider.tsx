import { Button, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { addresses } from '../../api/endpoints.generated.ts'
import { useMay } from '../../api/session.ts'
import { Copyable } from '../../components/copyable.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { SettingsForm, useSaveSettings } from './settings-form.tsx'
import type { Settings } from './settings-frame.tsx'

interface Values {
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  /** Empty keeps the one the server has. */
  readonly clientSecret: string
  readonly groupsClaim: string
  readonly createsUsers: boolean
}

function valuesOf({ provider }: Settings): Values {
  const empty = { name: '', issuer: '', clientId: '', groupsClaim: 'groups', createsUsers: false }
  return { ...empty, ...provider, clientSecret: '' }
}

/** The sign-in provider (OpenID Connect): Entra ID or another. */
export function Provider({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const { provider } = settings
  const [values, setValues] = useState(() => valuesOf(settings))
  const body = () => {
    const { clientSecret, name, issuer, clientId, groupsClaim, createsUsers } = values
    const trimmed = { name: name.trim(), issuer: issuer.trim(), clientId: clientId.trim() }
    const secret = clientSecret === '' ? {} : { clientSecret }
    return { provider: { ...trimmed, groupsClaim: groupsClaim.trim(), createsUsers, ...secret } }
  }
  const missing = [values.name, values.issuer, values.clientId, values.groupsClaim].some(
    (text) => text.trim() === '',
  )
  return (
    <Section title={t('settings:provider.title')} text={t('settings:provider.text')}>
      <Facts
        facts={[
          {
            name: t('settings:provider.redirect'),
            value: <Copyable text={`${location.origin}${addresses.finishProviderSignIn.path}`} />,
          },
        ]}
      />
      <SettingsForm
        change={body}
        disabled={missing}
        onSaved={() => setValues({ ...values, clientSecret: '' })}
        actions={provider && <RemoveProvider />}
      >
        <ProviderFields values={values} onChange={setValues} hasSecret={provider?.hasClientSecret ?? false} />
      </SettingsForm>
      {provider && <TestProvider />}
      <span>
        {t('settings:provider.groups')}{' '}
        <PageLink to="/people/role-groups">{t('settings:provider.roleGroups')}</PageLink>
      </span>
    </Section>
  )
}

function ProviderFields(props: { values: Values; onChange: (values: Values) => void; hasSecret: boolean }) {
  const { values, onChange, hasSecret } = props
  const { t } = useTranslation('settings')
  const set = (name: keyof Values) => (text: string) => onChange({ ...values, [name]: text })
  return (
    <>
      <TextField
        label={t('settings:provider.name')}
        hint={t('settings:provider.nameHint')}
        value={values.name}
        onChange={set('name')}
        maxLength={100}
        required
      />
      <TextField
        label={t('settings:provider.issuer')}
        hint={t('settings:provider.issuerHint')}
        value={values.issuer}
        onChange={set('issuer')}
        maxLength={500}
        required
      />
      <TextField
        label={t('settings:provider.clientId')}
        value={values.clientId}
        onChange={set('clientId')}
        maxLength={300}
        autoComplete="off"
        required
      />
      <TextField
        label={t('settings:provider.secret')}
        hint={hasSecret ? t('settings:provider.secretKept') : t('settings:provider.secretHint')}
        type="password"
        value={values.clientSecret}
        onChange={set('clientSecret')}
        maxLength={1000}
        autoComplete="off"
      />
      <TextField
        label={t('settings:provider.claim')}
        hint={t('settings:provider.claimHint')}
        value={values.groupsClaim}
        onChange={set('groupsClaim')}
        maxLength={100}
        required
      />
      <Switch
        label={t('settings:provider.creates')}
        checked={values.createsUsers}
        onChange={(_, { checked }) => onChange({ ...values, createsUsers: checked })}
      />
    </>
  )
}

function TestProvider() {
  const { t } = useTranslation('settings')
  const may = useMay()
  const test = useChange('testProvider')
  if (!may('testProvider')) return null
  return (
    <>
      <div>
        <Button onClick={() => test.mutate(undefined)} disabledFocusable={test.isPending}>
          {t('settings:provider.test')}
        </Button>
      </div>
      <ErrorNotice error={test.error} />
      {test.data && (
        <Notice
          intent={test.data.ok ? 'success' : 'error'}
          title={test.data.ok ? t('settings:provider.works') : t('settings:provider.fails')}
        >
          <span lang="en">{test.data.message}</span>
        </Notice>
      )}
    </>
  )
}

function RemoveProvider() {
  const { t } = useTranslation(['settings', 'general'])
  const [asking, setAsking] = useState(false)
  const save = useSaveSettings()
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('settings:provider.remove')}</Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('settings:provider.removeTitle')}
        confirm={t('settings:provider.remove')}
        onConfirm={() => save.mutate({ body: { provider: null } }, { onSuccess: () => setAsking(false) })}
        pending={save.isPending}
        error={save.error}
      >
        {t('settings:provider.removeText')}
      </ConfirmDialog>
    </>
  )
}
