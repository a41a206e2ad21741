import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { FormDialog } from '../../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../../components/form.tsx'
import { useNotify } from '../../../components/notify.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { type Act, actLabels, type Decision, tagLabels } from './labels.ts'

interface DialogProps {
  readonly act: Act
  /** Their ids. */
  readonly alerts: readonly string[]
  /** User names to whom one may be handed on. */
  readonly colleagues?: readonly string[]
  /** To whom a notice can be sent. */
  readonly addresses?: readonly string[]
  readonly onClose: () => void
  readonly onDone?: (act: Act) => void
}

const ownTag = ' '

/** One decision, on one alert or on many: a record of its own, with its reason. */
export function DecisionDialog(props: DialogProps) {
  const { act, alerts, colleagues = [], addresses = [], onClose, onDone } = props
  const { t } = useTranslation('review')
  const format = useFormat()
  const notify = useNotify()
  const [draft, setDraft] = useState<Draft>(() => ({
    ...{ tag: act === 'tag' ? 'questionable' : 'compliant', ownTag: '', case: '', subject: '', comment: '' },
    to: (act === 'notify' ? addresses[0] : colleagues[0]) ?? '',
  }))
  const decide = useChange('decideAlerts', {
    stale: ['readAlerts', 'readAlert', 'listReviews', 'readReviewReport'],
    onSuccess: ({ changed }) => {
      notify({ title: t('review:decided', { count: changed, number: format.number(changed) }) })
      onClose()
      onDone?.(act)
    },
  })
  const decision = decisionOf(act, draft, alerts.length > 1)
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t(actLabels[act])}
      submit={t(actLabels[act])}
      onSubmit={() => decision && decide.mutate({ body: { alerts: [...alerts], decision } })}
      pending={decide.isPending}
      error={decide.error}
      disabled={decision === null}
    >
      {alerts.length > 1 && (
        <div>{t('review:decide.many', { count: alerts.length, number: format.number(alerts.length) })}</div>
      )}
      {act === 'resolve' && <div>{t('review:decide.similar')}</div>}
      <Fields
        {...{ act, draft, colleagues, addresses }}
        many={alerts.length > 1}
        change={(changes) => setDraft({ ...draft, ...changes })}
      />
    </FormDialog>
  )
}

interface Draft {
  readonly tag: string
  readonly ownTag: string
  readonly to: string
  readonly case: string
  readonly subject: string
  readonly comment: string
}

interface FieldsProps extends Required<Pick<DialogProps, 'act' | 'colleagues' | 'addresses'>> {
  readonly draft: Draft
  readonly many: boolean
  readonly change: (changes: Partial<Draft>) => void
}

function Fields({ act, draft, many, colleagues, addresses, change }: FieldsProps) {
  const { t } = useTranslation('review')
  const people = act === 'notify' ? addresses : colleagues
  return (
    <>
      {(act === 'resolve' || act === 'tag' || act === 'second-look') && (
        <TagField draft={draft} change={change} />
      )}
      {(act === 'escalate' || act === 'notify') && (
        <ChoiceField
          required
          label={t('review:decide.to')}
          {...(people.length === 0 ? { problem: t('review:decide.nobody') } : {})}
          value={draft.to}
          onChange={(to) => change({ to })}
          choices={people.map((value) => ({ value, label: value }))}
        />
      )}
      {act === 'escalate-case' && (
        <TextField
          autoFocus
          required
          label={t('review:decide.case')}
          maxLength={200}
          value={draft.case}
          onChange={(value) => change({ case: value })}
        />
      )}
      {act === 'notify' && (
        <TextField
          required
          label={t('review:decide.subject')}
          maxLength={200}
          value={draft.subject}
          onChange={(subject) => change({ subject })}
        />
      )}
      <TextField
        lines={act === 'notify' ? 6 : 3}
        required={isExplained(act, many)}
        autoFocus={act === 'comment' || act === 'reopen'}
        label={act === 'notify' ? t('review:decide.letter') : t('review:decide.comment')}
        maxLength={4_000}
        value={draft.comment}
        onChange={(comment) => change({ comment })}
      />
    </>
  )
}

function TagField({ draft, change }: Pick<FieldsProps, 'draft' | 'change'>) {
  const { t } = useTranslation('review')
  return (
    <>
      <ChoiceField
        required
        label={t('review:decide.tag')}
        value={draft.tag}
        onChange={(tag) => change({ tag })}
        choices={[
          ...Object.entries(tagLabels).map(([value, { label }]) => ({ value, label: t(label) })),
          { value: ownTag, label: t('review:tag.own') },
        ]}
      />
      {draft.tag === ownTag && (
        <TextField
          autoFocus
          required
          label={t('review:decide.ownTag')}
          maxLength={40}
          value={draft.ownTag}
          onChange={(word) => change({ ownTag: word })}
        />
      )}
    </>
  )
}

/** Many at once, or what undoes or hands on what others did, is never decided without a reason. */
function isExplained(act: Act, many: boolean): boolean {
  return many || ['reopen', 'comment', 'escalate', 'notify'].includes(act)
}

/** Null while something is missing. */
function decisionOf(act: Act, draft: Draft, many: boolean): Decision | null {
  const comment = draft.comment.trim()
  const tag = (draft.tag === ownTag ? draft.ownTag : draft.tag).trim()
  const { to, subject } = draft
  if (isExplained(act, many) && comment === '') return null
  switch (act) {
    case 'resolve':
    case 'tag':
    case 'second-look':
      return tag === '' ? null : { act, tag, comment }
    case 'reopen':
    case 'comment':
      return { act, comment }
    case 'escalate':
      return to === '' ? null : { act, to, comment }
    case 'escalate-case':
      return draft.case.trim() === '' ? null : { act, case: draft.case.trim(), comment }
    case 'notify':
      return to === '' || subject.trim() === '' ? null : { act, to, subject: subject.trim(), comment }
  }
}
