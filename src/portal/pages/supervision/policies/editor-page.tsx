import { Button } from '@fluentui/react-components'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { Buttons, Form, Section, TextField } from '../../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../../components/notices.tsx'
import { useNotify } from '../../../components/notify.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { type DraftProps, documentOf, draftOf, newRule, type PolicyDraft, type RuleDraft } from './draft.ts'
import type { Policy } from './labels.ts'
import { RuleFields } from './rule-fields.tsx'
import { ScopeFields } from './scope-fields.tsx'

export function SupervisionEditorPage() {
  const { t } = useTranslation('supervision')
  const { id } = useParams({ from: '/signed-in/supervision/policies/$id/edit' })
  const policy = useCall(
    'readSupervisionPolicy',
    { params: { id: Number(id) } },
    { refetchOnWindowFocus: false },
  )
  return (
    <>
      <PageHeader
        title={t('supervision:editor.title')}
        lead={t('supervision:editor.lead')}
        crumbs={[
          { label: t('supervision:policies.title'), to: '/supervision/policies' },
          { label: policy.data?.name ?? t('supervision:column.policy'), to: `/supervision/policies/${id}` },
        ]}
      />
      <Loaded call={policy}>{(found) => <Editor policy={found} />}</Loaded>
    </>
  )
}

function Editor({ policy }: { policy: Policy }) {
  const { t } = useTranslation(['supervision', 'general'])
  const navigate = useNavigate()
  const notify = useNotify()
  const [draft, setDraft] = useState(() => draftOf(policy.document))
  const [jsonProblem, setJsonProblem] = useState(false)
  const page = `/supervision/policies/${policy.id}`
  const save = useChange('saveSupervisionPolicy', {
    stale: ['readSupervisionPolicy', 'listSupervisionPolicies'],
    onSuccess: ({ version }) => {
      notify({ title: t('supervision:editor.saved', { version }) })
      void navigate({ to: page })
    },
  })
  const change = (part: Partial<PolicyDraft>) => setDraft({ ...draft, ...part })
  const submit = () => {
    try {
      const document = documentOf(policy.document, draft)
      setJsonProblem(false)
      // What is missing or wrong the server says, with its place.
      save.mutate({ body: { document: document as typeof policy.document } })
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      setJsonProblem(true)
    }
  }
  return (
    <Form onSubmit={submit}>
      <ScopeFields draft={draft} change={change} />
      <RuleList draft={draft} change={change} />
      <ExclusionFields draft={draft} change={change} />
      <ReviewFields draft={draft} change={change} />
      {jsonProblem && <Notice intent="error">{t('supervision:editor.badJson')}</Notice>}
      <ErrorNotice error={save.error} />
      <Buttons>
        <Button type="submit" appearance="primary" disabled={save.isPending || draft.rules.length === 0}>
          {t('supervision:editor.save')}
        </Button>
        <PageLink to={page}>{t('general:action.cancel')}</PageLink>
      </Buttons>
    </Form>
  )
}

function RuleList({ draft, change }: DraftProps) {
  const { t } = useTranslation('supervision')
  const { rules } = draft
  const put = (changed: RuleDraft) =>
    change({ rules: rules.map((rule) => (rule.key === changed.key ? changed : rule)) })
  const nextKey = Math.max(0, ...rules.map(({ key }) => key)) + 1
  return (
    <Section title={t('supervision:column.rules')} text={t('supervision:editor.rulesText')}>
      {rules.map((rule) => (
        <RuleFields
          key={rule.key}
          rule={rule}
          onChange={put}
          onRemove={() => change({ rules: rules.filter(({ key }) => key !== rule.key) })}
        />
      ))}
      <Buttons>
        <Button onClick={() => change({ rules: [...rules, newRule(nextKey)] })}>
          {t('supervision:editor.addRule')}
        </Button>
      </Buttons>
    </Section>
  )
}

function ExclusionFields({ draft, change }: DraftProps) {
  const { t } = useTranslation('supervision')
  return (
    <Section title={t('supervision:editor.exclusions')} text={t('supervision:editor.exclusionsText')}>
      <TextField
        lines={3}
        label={t('supervision:field.disclaimers')}
        value={draft.disclaimers}
        onChange={(disclaimers) => change({ disclaimers })}
      />
      <TextField
        lines={3}
        label={t('supervision:field.phrases')}
        value={draft.phrases}
        onChange={(phrases) => change({ phrases })}
      />
      <TextField
        lines={2}
        label={t('supervision:field.senders')}
        value={draft.senders}
        onChange={(senders) => change({ senders })}
      />
    </Section>
  )
}

function ReviewFields({ draft, change }: DraftProps) {
  const { t } = useTranslation('supervision')
  return (
    <Section title={t('supervision:editor.review')}>
      <TextField
        lines={2}
        label={t('supervision:field.reviewerGroups')}
        value={draft.reviewerGroups}
        onChange={(reviewerGroups) => change({ reviewerGroups })}
      />
      <TextField
        lines={2}
        label={t('supervision:field.reviewerUsers')}
        value={draft.reviewerUsers}
        onChange={(reviewerUsers) => change({ reviewerUsers })}
      />
      <TextField
        type="number"
        label={t('supervision:field.threshold')}
        hint={t('supervision:field.thresholdHint')}
        value={draft.threshold}
        onChange={(threshold) => change({ threshold })}
      />
      <TextField
        type="number"
        label={t('supervision:field.window')}
        value={draft.windowMinutes}
        onChange={(windowMinutes) => change({ windowMinutes })}
      />
      <TextField
        type="number"
        label={t('supervision:field.percent')}
        value={draft.percent}
        onChange={(percent) => change({ percent })}
      />
      <TextField
        type="number"
        label={t('supervision:field.unflagged')}
        hint={t('supervision:field.unflaggedHint')}
        value={draft.unflaggedPercent}
        onChange={(unflaggedPercent) => change({ unflaggedPercent })}
      />
    </Section>
  )
}
