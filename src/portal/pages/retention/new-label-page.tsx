import { Button, Switch } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { InputOf } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { Buttons, ChoiceField, Form, TextField } from '../../components/form.tsx'
import { orNull } from '../../components/lines.ts'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { type PeriodDraft, PeriodFields, periodOf } from './period.tsx'
import { actionLabels, choicesOf, type Label, recordLabels, startLabels } from './words.ts'

interface LabelDraft {
  readonly name: string
  readonly action: NonNullable<Label['action']> | 'none'
  readonly period: PeriodDraft
  readonly starts: Label['starts']
  readonly record: Label['record']
  readonly query: string
  readonly review: string
  readonly early: boolean
}

const emptyLabel: LabelDraft = {
  ...{ name: '', action: 'retain', period: { count: '5', unit: 'years' }, starts: 'labelled' },
  ...{ record: 'none', query: '', review: '', early: false },
}

export function NewRetentionLabelPage() {
  const { t } = useTranslation('retention')
  const navigate = useNavigate()
  const [draft, setDraft] = useState(emptyLabel)
  const set = (part: Partial<LabelDraft>) => setDraft((before) => ({ ...before, ...part }))
  const create = useChange('createRetentionLabel', {
    stale: ['listRetentionLabels'],
    onSuccess: ({ id }) => void navigate({ to: `/retention/labels/${id}` }),
  })
  const body = bodyOf(draft)
  return (
    <>
      <PageHeader
        title={t('retention:labels.add')}
        lead={t('retention:labels.addLead')}
        crumbs={[{ label: t('retention:tabs.labels'), to: '/retention/labels' }]}
      />
      <Form
        onSubmit={() => {
          if (body && !create.isPending) create.mutate({ body })
        }}
      >
        <Says draft={draft} set={set} />
        <Comes draft={draft} set={set} />
        <ErrorNotice error={create.error} />
        <Buttons>
          <Button type="submit" appearance="primary" disabled={!body}>
            {t('retention:labels.create')}
          </Button>
        </Buttons>
      </Form>
    </>
  )
}

interface FieldsProps {
  readonly draft: LabelDraft
  readonly set: (part: Partial<LabelDraft>) => void
}

/** What it says of an item. */
function Says({ draft, set }: FieldsProps) {
  const { t } = useTranslation('retention')
  const actions = choicesOf(actionLabels, t)
  return (
    <>
      <TextField
        required
        label={t('retention:field.name')}
        maxLength={200}
        value={draft.name}
        onChange={(name) => set({ name })}
      />
      <ChoiceField<LabelDraft['action']>
        label={t('retention:column.action')}
        value={draft.action}
        onChange={(action) => set({ action })}
        choices={[...actions, { value: 'none', label: t('retention:action.none') }]}
      />
      {draft.action !== 'none' && (
        <>
          <PeriodFields
            draft={draft.period}
            onChange={(period) => set({ period })}
            mayBeEver={draft.action === 'retain' || draft.period.unit === 'ever'}
          />
          {draft.action !== 'retain' && draft.period.unit === 'ever' && (
            <Notice intent="warning">{t('retention:period.needed')}</Notice>
          )}
          <ChoiceField
            label={t('retention:field.starts')}
            value={draft.starts}
            onChange={(starts) => set({ starts })}
            choices={choicesOf(startLabels, t)}
          />
        </>
      )}
      <Record draft={draft} set={set} />
    </>
  )
}

function Record({ draft, set }: FieldsProps) {
  const { t } = useTranslation('retention')
  const { roles } = useSession()
  if (!roles.includes('RecordManagement')) return null
  return (
    <>
      <ChoiceField
        label={t('retention:column.record')}
        hint={t('retention:record.hint')}
        value={draft.record}
        onChange={(record) => set({ record })}
        choices={choicesOf(recordLabels, t)}
      />
      {draft.record === 'regulatory' && (
        <Notice intent="warning">{t('retention:record.regulatoryText')}</Notice>
      )}
    </>
  )
}

/** How items get it, and who is asked before they go. */
function Comes({ draft, set }: FieldsProps) {
  const { t } = useTranslation('retention')
  const deletes = draft.action === 'delete' || draft.action === 'retain-then-delete'
  return (
    <>
      <TextField
        lines={2}
        label={t('retention:field.query')}
        hint={t('retention:field.queryHint')}
        maxLength={16_000}
        value={draft.query}
        onChange={(query) => set({ query })}
      />
      {deletes && (
        <>
          <TextField
            lines={3}
            label={t('retention:field.review')}
            hint={t('retention:field.reviewHint')}
            value={draft.review}
            onChange={(review) => set({ review })}
          />
          <Switch
            label={t('retention:early.label')}
            checked={draft.early}
            onChange={(_, data) => set({ early: data.checked })}
          />
        </>
      )}
    </>
  )
}

function bodyOf(draft: LabelDraft): InputOf<'createRetentionLabel'>['body'] | undefined {
  const { starts, record, query, early } = draft
  const name = draft.name.trim()
  const action = draft.action === 'none' ? null : draft.action
  const period = action === null ? null : periodOf(draft.period)
  const isEndless = period === null && action !== null && action !== 'retain'
  if (name === '' || period === undefined || isEndless) return undefined
  const deletes = action !== null && action !== 'retain'
  return {
    ...{ name, action, period, starts, record, query: orNull(query) },
    ...{ early: deletes && early, reviewStages: deletes ? stagesOf(draft.review) : [] },
  }
}

/** A stage a line, its people with commas between. */
function stagesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) =>
      line
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .filter((stage) => stage.length > 0)
}
