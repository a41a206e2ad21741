import { Button, Switch } from '@fluentui/react-components'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Buttons, ChoiceField, Form, TextField } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { PeriodFields } from './period.tsx'
import { emptyPolicy, type PolicyDraft, policyDraftOf, settingsOf } from './policy-draft.ts'
import { actionLabels, choicesOf, type Policy, scopeLabels } from './words.ts'

export function NewRetentionPolicyPage() {
  const { t } = useTranslation('retention')
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [draft, setDraft] = useState(emptyPolicy)
  const create = useChange('createRetentionPolicy', {
    stale: ['listRetentionPolicies'],
    onSuccess: ({ id }) => void navigate({ to: `/retention/policies/${id}` }),
  })
  const settings = settingsOf(draft)
  return (
    <>
      <PageHeader
        title={t('retention:policies.add')}
        lead={t('retention:edit.lead')}
        crumbs={[{ label: t('retention:title'), to: '/retention' }]}
      />
      <Form
        onSubmit={() => {
          if (settings && !create.isPending) create.mutate({ body: { name: name.trim(), ...settings } })
        }}
      >
        <Presets onChoose={(preset) => setDraft({ ...draft, ...preset })} />
        <TextField
          required
          label={t('retention:field.name')}
          maxLength={200}
          value={name}
          onChange={setName}
        />
        <PolicyFields draft={draft} set={setDraft} />
        <ErrorNotice error={create.error} />
        <Buttons>
          <Button type="submit" appearance="primary" disabled={!settings || name.trim() === ''}>
            {t('retention:edit.create')}
          </Button>
        </Buttons>
      </Form>
    </>
  )
}

export function EditRetentionPolicyPage() {
  const { t } = useTranslation('retention')
  const { id } = useParams({ from: '/signed-in/retention/policies/$id/edit' })
  const policy = useCall(
    'readRetentionPolicy',
    { params: { id: Number(id) } },
    { refetchOnWindowFocus: false },
  )
  return (
    <>
      <PageHeader
        title={t('retention:edit.title')}
        lead={t('retention:edit.again')}
        crumbs={[
          { label: t('retention:title'), to: '/retention' },
          { label: policy.data?.name ?? t('retention:column.policy'), to: `/retention/policies/${id}` },
        ]}
      />
      <Loaded call={policy}>{(found) => <Editor policy={found} />}</Loaded>
    </>
  )
}

function Editor({ policy }: { policy: Policy }) {
  const { t } = useTranslation(['retention', 'general'])
  const navigate = useNavigate()
  const [draft, setDraft] = useState(() => policyDraftOf(policy))
  const page = `/retention/policies/${policy.id}`
  const edit = useChange('editRetentionPolicy', {
    stale: ['readRetentionPolicy', 'listRetentionPolicies'],
    onSuccess: () => void navigate({ to: page }),
  })
  const settings = settingsOf(draft)
  return (
    <Form
      onSubmit={() => {
        if (settings && !edit.isPending) edit.mutate({ params: { id: policy.id }, body: settings })
      }}
    >
      <PolicyFields draft={draft} set={setDraft} />
      <ErrorNotice error={edit.error} />
      <Buttons>
        <Button type="submit" appearance="primary" disabled={!settings}>
          {t('general:action.save')}
        </Button>
        <PageLink to={page}>{t('general:action.cancel')}</PageLink>
      </Buttons>
    </Form>
  )
}

type Preset = Answer<'listRetentionPresets'>['items'][number]

/** Fills the form by a rule of some place; each can be changed then. */
function Presets({ onChoose }: { onChoose: (part: Partial<PolicyDraft>) => void }) {
  const { t } = useTranslation('retention')
  const [chosen, setChosen] = useState('')
  const { data } = useCall('listRetentionPresets', undefined)
  const presets = data?.items ?? []
  const choose = (name: string) => {
    setChosen(name)
    const preset = presets.find((one) => one.name === name)
    if (preset) onChoose(draftOf(preset))
  }
  return (
    <ChoiceField
      label={t('retention:field.preset')}
      hint={t('retention:field.presetHint')}
      value={chosen}
      onChange={choose}
      choices={[
        { value: '', label: t('retention:field.presetNone') },
        ...presets.map(({ name, years }) => ({ value: name, label: `${name} · ${years}` })),
      ]}
    />
  )
}

function draftOf({ name, source, action, years }: Preset): Partial<PolicyDraft> {
  return { action, period: { count: String(years), unit: 'years' }, basis: `${name} (${source})` }
}

interface FieldsProps {
  readonly draft: PolicyDraft
  readonly set: (draft: PolicyDraft) => void
}

function PolicyFields({ draft, set }: FieldsProps) {
  const { t } = useTranslation('retention')
  const change = (part: Partial<PolicyDraft>) => set({ ...draft, ...part })
  return (
    <>
      <ChoiceField
        label={t('retention:column.action')}
        value={draft.action}
        onChange={(action) => change({ action })}
        choices={choicesOf(actionLabels, t)}
      />
      <PeriodFields
        draft={draft.period}
        onChange={(period) => change({ period })}
        mayBeEver={draft.action === 'retain' || draft.period.unit === 'ever'}
      />
      {draft.action !== 'retain' && draft.period.unit === 'ever' && (
        <Notice intent="warning">{t('retention:period.needed')}</Notice>
      )}
      <ChoiceField
        label={t('retention:field.starts')}
        value={draft.starts}
        onChange={(starts) => change({ starts })}
        choices={[
          { value: 'created', label: t('retention:starts.created') },
          { value: 'modified', label: t('retention:starts.modified') },
        ]}
      />
      <ScopeFields draft={draft} set={set} />
      {draft.action !== 'retain' && (
        <Switch
          label={t('retention:early.label')}
          checked={draft.early}
          onChange={(_, data) => change({ early: data.checked })}
        />
      )}
      <TextField
        lines={2}
        label={t('retention:field.basis')}
        hint={t('retention:field.basisHint')}
        maxLength={1_000}
        value={draft.basis}
        onChange={(basis) => change({ basis })}
      />
    </>
  )
}

/** Whom it is for. */
function ScopeFields({ draft, set }: FieldsProps) {
  const { t } = useTranslation('retention')
  const scopes = useCall('listAdaptiveScopes', undefined)
  const { scope } = draft
  return (
    <>
      <ChoiceField
        label={t('retention:column.scope')}
        value={scope}
        onChange={(chosen) => set({ ...draft, scope: chosen })}
        choices={choicesOf(scopeLabels, t)}
      />
      {scope === 'adaptive' ? (
        <ChoiceField
          required
          label={t('retention:field.adaptiveScope')}
          hint={t('retention:field.adaptiveScopeHint')}
          value={draft.adaptiveScope}
          onChange={(adaptiveScope) => set({ ...draft, adaptiveScope })}
          choices={[
            { value: '', label: t('retention:field.choose') },
            ...(scopes.data?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
        />
      ) : (
        <TextField
          lines={3}
          required={scope === 'static'}
          label={scope === 'all' ? t('retention:field.excluded') : t('retention:field.mailboxes')}
          hint={scope === 'all' ? t('retention:field.mailboxesHint') : t('retention:field.staticHint')}
          value={draft.mailboxes}
          onChange={(mailboxes) => set({ ...draft, mailboxes })}
        />
      )}
    </>
  )
}
