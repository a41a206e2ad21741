import { Checkbox, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { sourceLabels } from './labels.ts'
import { fieldsOf, givenOf, isFilled, type SchemaField, type Typed, typedOf } from './schema-fields.ts'

type RouteForm = Answer<'listRouteForms'>[number]
type Route = Answer<'listSiteRoutes'>[number]

/** Makes a route, or changes one: the fields are those of its source. */
export function RouteDialog(props: {
  accountId: number
  forms: readonly RouteForm[]
  /** Null for a new one. */
  route: Route | null
  onClose: () => void
}) {
  const { route, forms, onClose } = props
  const { t } = useTranslation('site')
  const state = useRoute(props)
  const { form, settingsFields, secretFields, fails } = state
  return (
    <FormDialog
      open
      onClose={onClose}
      title={route === null ? t('site:route.add') : route.name}
      submit={t('site:route.save')}
      onSubmit={state.save}
      pending={state.pending}
      disabled={!state.isComplete}
      error={state.error}
    >
      {route === null && (
        <ChoiceField
          label={t('site:route.source')}
          value={form.source}
          onChange={state.choose}
          choices={forms.map((one) => ({
            value: one.source,
            label: sourceLabels[one.source] ? t(sourceLabels[one.source]!) : one.title,
          }))}
        />
      )}
      <TextField
        label={t('site:route.name')}
        value={state.name}
        onChange={state.setName}
        maxLength={100}
        required
      />
      <Fields
        fields={settingsFields}
        typed={state.settings}
        onType={state.setSettings}
        whole={t('site:route.settings')}
      />
      <Fields
        fields={secretFields}
        typed={state.secret}
        onType={state.setSecret}
        whole={t('site:route.secret')}
        hidden={route === null ? t('site:route.secretHint') : t('site:route.secretKept')}
      />
      {fails && <Notice intent="error">{t('site:route.badJson')}</Notice>}
      {route === null && form.risk !== null && (
        <Risk text={form.risk} accepted={state.risk} onAccept={state.setRisk} />
      )}
    </FormDialog>
  )
}

/** The source's own words, which are English. */
function Risk(props: { text: string; accepted: boolean; onAccept: (accepted: boolean) => void }) {
  const { text, accepted, onAccept } = props
  const { t } = useTranslation('site')
  return (
    <Notice intent="warning" title={t('site:route.risk')}>
      <div lang="en">{text}</div>
      <Checkbox
        label={t('site:route.acceptRisk')}
        checked={accepted}
        onChange={(_, data) => onAccept(data.checked === true)}
      />
    </Notice>
  )
}

function useRoute(props: {
  accountId: number
  forms: readonly RouteForm[]
  route: Route | null
  onClose: () => void
}) {
  const { accountId, forms, route, onClose } = props
  const [source, setSource] = useState(route?.source ?? forms[0]!.source)
  const form = forms.find((one) => one.source === source) ?? forms[0]!
  const [settingsFields, secretFields] = [fieldsOf(form.settings), fieldsOf(form.secret)]
  const [name, setName] = useState(route?.name ?? '')
  const [settings, setSettings] = useState<Typed>(typedOf(settingsFields, route?.settings ?? {}))
  const [secret, setSecret] = useState<Typed>({})
  const [risk, setRisk] = useState(false)
  const create = useChange('createSiteRoute', { stale: ['listSiteRoutes'], onSuccess: onClose })
  const change = useChange('changeSiteRoute', { stale: ['listSiteRoutes'], onSuccess: onClose })
  const given = { settings: givenOf(settingsFields, settings), secret: givenOf(secretFields, secret) }
  const hasSecret = given.secret !== null && Object.keys(given.secret).length > 0
  const save = () => {
    if (given.settings === null || given.secret === null) return
    if (route === null) {
      const body = { source, name: name.trim(), settings: given.settings, acceptRisk: risk }
      create.mutate({ params: { id: accountId }, body: { ...body, secret: hasSecret ? given.secret : null } })
      return
    }
    const body = { version: route.version, name: name.trim(), settings: given.settings }
    change.mutate({
      params: { id: accountId, route: route.id },
      body: hasSecret ? { ...body, secret: given.secret } : body,
    })
  }
  const isSecretFilled =
    route !== null ? !hasSecret || isFilled(secretFields, secret) : isFilled(secretFields, secret)
  return {
    ...{ form, settingsFields, secretFields, name, setName, settings, setSettings, secret, setSecret },
    ...{
      risk,
      setRisk,
      save,
      pending: create.isPending || change.isPending,
      error: create.error ?? change.error,
    },
    fails: given.settings === null || given.secret === null,
    isComplete:
      name.trim() !== '' &&
      given.settings !== null &&
      given.secret !== null &&
      isFilled(settingsFields, settings) &&
      isSecretFilled &&
      (route !== null || form.risk === null || risk),
    choose: (chosen: string) => {
      setSource(chosen)
      setSettings({})
      setSecret({})
      setRisk(false)
    },
  }
}

function Fields(props: {
  fields: readonly SchemaField[]
  typed: Typed
  onType: (typed: Typed) => void
  /** What the one field is called that takes everything. */
  whole: string
  /** Given for secrets: they are typed unseen, and this is said of them. */
  hidden?: string
}) {
  const { fields, typed, onType, whole, hidden } = props
  return fields.map((field) => (
    <OneField
      key={field.name}
      field={field}
      label={field.name === '' ? whole : field.name}
      value={typed[field.name] ?? ''}
      onChange={(value) => onType({ ...typed, [field.name]: value })}
      hidden={hidden}
    />
  ))
}

/** The source's own names and words, which are English. */
function OneField(props: {
  field: SchemaField
  label: string
  value: string
  onChange: (value: string) => void
  hidden: string | undefined
}) {
  const { field, label, value, onChange, hidden } = props
  const { t } = useTranslation('site')
  const { kind, required, choices } = field
  const told = { list: t('site:route.listHint'), json: t('site:route.json') }[kind as 'list' | 'json']
  const hint = [field.hint, told, hidden].filter((part) => part !== undefined && part !== '').join(' · ')
  const common = {
    label,
    value,
    onChange,
    required: required && hidden === undefined,
    ...(hint === '' ? {} : { hint }),
  }
  if (kind === 'choice') {
    const options = choices.map((one) => ({ value: one, label: one }))
    return <ChoiceField {...common} choices={[{ value: '', label: t('site:setting.open') }, ...options]} />
  }
  if (kind === 'flag')
    return (
      <Switch
        label={label}
        checked={value === 'true'}
        onChange={(_, data) => onChange(String(data.checked))}
      />
    )
  if (kind === 'list' || kind === 'json') return <TextField {...common} lines={kind === 'json' ? 6 : 3} />
  return (
    <TextField
      {...common}
      {...(hidden === undefined ? {} : { type: 'password' as const })}
      autoComplete="off"
    />
  )
}
