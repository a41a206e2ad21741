import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ChevronDownRegular } from '@fluentui/react-icons/svg/chevron-down'
import { ChevronUpRegular } from '@fluentui/react-icons/svg/chevron-up'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition, SearchFacts } from '../../../api/endpoints/searches.ts'
import { callKey, useChange } from '../../api/calls.ts'
import { Buttons, ChoiceField } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ChooseMailboxes, type ChosenMailbox } from './choose-mailboxes.tsx'
import { type ConditionDraft, conditionOf, draftOf, isTurnedRound } from './condition-drafts.ts'
import { ConditionsBuilder } from './conditions-builder.tsx'
import { QueryBox } from './query-box.tsx'

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: tokens.spacingHorizontalL,
    marginBottom: tokens.spacingVerticalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  more: { display: 'grid', gap: tokens.spacingVerticalL, minWidth: 0 },
  zone: { maxWidth: '400px' },
})

/** What is asked for: the words, and what narrows them. Searching keeps it under an id and goes there. */
export function QuestionForm({ asked }: { asked: SearchFacts | null }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const question = useQuestion(asked)
  const [open, setOpen] = useState(question.drafts.length > 0 || question.mailboxes !== null)
  const more = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    question.search()
  }
  return (
    <search>
      <form className={`${styles.form} not-printed`} onSubmit={submit}>
        <ErrorNotice error={question.error} />
        <QueryBox
          query={question.query}
          timeZone={question.timeZone}
          onChange={question.setQuery}
          onSearch={question.search}
        />
        <div id={more} hidden={!open}>
          {open && <Narrowing question={question} />}
        </div>
        <Buttons>
          <Button
            type="submit"
            appearance="primary"
            icon={<SearchRegular />}
            disabled={question.isTurnedRound}
            disabledFocusable={question.isPending}
          >
            {t('search:search')}
          </Button>
          <Button
            appearance="subtle"
            icon={open ? <ChevronUpRegular /> : <ChevronDownRegular />}
            aria-expanded={open}
            aria-controls={more}
            onClick={() => setOpen(!open)}
          >
            {t('search:more')}
          </Button>
        </Buttons>
      </form>
    </search>
  )
}

type Question = ReturnType<typeof useQuestion>

function Narrowing({ question }: { question: Question }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
  if (!zones.includes(question.timeZone)) zones.unshift(question.timeZone)
  return (
    <div className={styles.more}>
      <ConditionsBuilder drafts={question.drafts} onChange={question.setDrafts} />
      <div className={styles.zone}>
        <ChoiceField
          label={t('search:timeZone.label')}
          hint={t('search:timeZone.hint')}
          value={question.timeZone}
          onChange={question.setTimeZone}
          choices={zones.map((value) => ({ value, label: value }))}
        />
      </div>
      <ChooseMailboxes chosen={question.mailboxes} onChange={question.setMailboxes} />
    </div>
  )
}

function useQuestion(asked: SearchFacts | null) {
  const format = useFormat()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [query, setQuery] = useState(asked?.query ?? '')
  const [timeZone, setTimeZone] = useState(asked?.timeZone ?? format.timeZone)
  const [mailboxes, setMailboxes] = useState<readonly ChosenMailbox[] | null>(asked?.mailboxes ?? null)
  const [drafts, setDrafts] = useState<readonly ConditionDraft[]>(() =>
    (asked?.conditions ?? []).map((condition, index) => draftOf(index + 1, condition)),
  )
  const create = useChange('createSearch', {
    stale: ['listSearches'],
    onSuccess: ({ id }) => void navigate({ to: '/search/$id', params: { id } }),
  })
  const body = {
    query,
    timeZone,
    conditions: drafts.map(conditionOf).filter((condition): condition is Condition => condition !== null),
    mailboxes: mailboxes?.map(({ id }) => id) ?? null,
  }
  const search = () => {
    if (create.isPending || drafts.some(isTurnedRound)) return
    if (asked === null || !isSame(asked, body)) return create.mutate({ body })
    for (const name of ['readResults', 'countResults', 'readStatistics'] as const) {
      void queries.invalidateQueries({ queryKey: callKey(name) })
    }
  }
  return {
    ...{ query, setQuery, timeZone, setTimeZone, mailboxes, setMailboxes, drafts, setDrafts, search },
    ...{ error: create.error, isPending: create.isPending, isTurnedRound: drafts.some(isTurnedRound) },
  }
}

interface Asked {
  readonly query: string
  readonly timeZone: string
  readonly conditions: readonly Condition[]
  readonly mailboxes: readonly number[] | null
}

/** The same question asked again is run again, not kept twice. */
function isSame(asked: SearchFacts, { query, timeZone, conditions, mailboxes }: Asked): boolean {
  const ids = asked.mailboxes?.map(({ id }) => id) ?? null
  return (
    query === asked.query &&
    timeZone === asked.timeZone &&
    JSON.stringify(mailboxes) === JSON.stringify(ids) &&
    JSON.stringify(conditions.map(keysInOrder)) === JSON.stringify(asked.conditions.map(keysInOrder))
  )
}

function keysInOrder(condition: Condition): [string, unknown][] {
  return Object.entries(condition).sort(([one], [other]) => (one < other ? -1 : 1))
}
