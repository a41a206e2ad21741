import { Checkbox, makeStyles, Radio, RadioGroup, SearchBox, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { usePages } from '../../api/calls.ts'
import { ErrorNotice, Waiting } from '../../components/notices.tsx'
import { WordTag } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'

export type ChosenMailbox = NonNullable<SearchFacts['mailboxes']>[number]

const useStyles = makeStyles({
  frame: { display: 'grid', gap: tokens.spacingVerticalS, border: 0, margin: 0, padding: 0, minWidth: 0 },
  legend: { fontWeight: tokens.fontWeightSemibold, padding: 0 },
  tags: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  find: { maxWidth: '400px' },
  list: {
    display: 'grid',
    maxHeight: '240px',
    overflowY: 'auto',
    maxWidth: '640px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  name: { color: tokens.colorNeutralForeground1 },
  address: { color: tokens.colorNeutralForeground2 },
  hint: {
    margin: 0,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    padding: '4px 8px',
  },
})

/** All mailboxes that one may read (null), or some of them. */
export function ChooseMailboxes(props: {
  chosen: readonly ChosenMailbox[] | null
  onChange: (chosen: readonly ChosenMailbox[] | null) => void
}) {
  const { chosen, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <fieldset className={styles.frame}>
      <legend className={styles.legend}>{t('search:mailboxes.title')}</legend>
      <RadioGroup
        aria-label={t('search:mailboxes.title')}
        value={chosen === null ? 'all' : 'some'}
        onChange={(_, { value }) => onChange(value === 'all' ? null : [])}
      >
        <Radio value="all" label={t('search:mailboxes.all')} />
        <Radio value="some" label={t('search:mailboxes.some')} />
      </RadioGroup>
      {chosen !== null && <Some chosen={chosen} onChange={onChange} />}
    </fieldset>
  )
}

function Some(props: {
  chosen: readonly ChosenMailbox[]
  onChange: (chosen: readonly ChosenMailbox[]) => void
}) {
  const { chosen, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  const [find, setFind] = useState('')
  const drop = (id: number) => onChange(chosen.filter((one) => one.id !== id))
  return (
    <>
      {chosen.length > 0 && (
        <div className={styles.tags}>
          {chosen.map(({ id, name, address }) => (
            <WordTag
              key={id}
              onRemove={() => drop(id)}
              removeLabel={t('search:mailboxes.remove', { name: name || address })}
            >
              {name || address}
            </WordTag>
          ))}
        </div>
      )}
      <SearchBox
        className={styles.find}
        aria-label={t('search:mailboxes.find')}
        placeholder={t('search:mailboxes.find')}
        value={find}
        onChange={(_, { value }) => setFind(value)}
      />
      <Matches
        find={find}
        chosen={chosen}
        onToggle={(mailbox) =>
          chosen.some(({ id }) => id === mailbox.id) ? drop(mailbox.id) : onChange([...chosen, mailbox])
        }
      />
    </>
  )
}

const shownMax = 100

function Matches(props: {
  find: string
  chosen: readonly ChosenMailbox[]
  onToggle: (mailbox: ChosenMailbox) => void
}) {
  const { find, chosen, onToggle } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  const format = useFormat()
  const { mailboxes, reading, error } = useReadableMailboxes()
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  const found = mailboxes.filter(({ name, address, department }) => {
    const text = `${name} ${address} ${department ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const more = found.length - shownMax
  return (
    <>
      <ErrorNotice error={error} />
      {reading && mailboxes.length === 0 && <Waiting />}
      {(!reading || mailboxes.length > 0) && (
        <fieldset className={styles.list} aria-label={t('search:mailboxes.found')}>
          {found.length === 0 && <p className={styles.hint}>{t('search:mailboxes.none')}</p>}
          {found.slice(0, shownMax).map(({ id, name, address }) => (
            <Checkbox
              key={id}
              checked={chosen.some((one) => one.id === id)}
              onChange={() => onToggle({ id, name, address })}
              label={
                <>
                  <span className={styles.name}>{name}</span>{' '}
                  <span className={styles.address}>{address}</span>
                </>
              }
            />
          ))}
          {more > 0 && (
            <p className={styles.hint}>
              {t('search:mailboxes.more', { count: more, number: format.number(more) })}
            </p>
          )}
        </fieldset>
      )}
    </>
  )
}

/** All of them, page after page, and filtered here: asking the server by name would write the name into an address. */
function useReadableMailboxes() {
  const pages = usePages('listMailboxes', { query: { limit: 500 } })
  const { hasNextPage, isFetching, fetchNextPage, error } = pages
  useEffect(() => {
    if (hasNextPage && !isFetching && !error) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage, error])
  const all = pages.data?.pages.flatMap(({ items }) => items) ?? []
  return { mailboxes: all.filter(({ readable }) => readable), reading: isFetching, error }
}
