import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { announce } from '../../components/announce.ts'
import { Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Results } from './results.tsx'
import { Statistics } from './statistics.tsx'

const useStyles = makeStyles({
  asked: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    overflowWrap: 'anywhere',
  },
  tabs: { marginInline: '-10px' },
})

type View = 'results' | 'statistics'

/** What a search found: exactly how many, what it could not look into, the items, their statistics. */
export function Found({ search }: { search: SearchFacts }) {
  const { t } = useTranslation('search')
  const format = useFormat()
  const counted = useCall('countResults', { params: { id: search.id } })
  const count = counted.data?.count
  const title =
    count === undefined
      ? t('search:results.counting')
      : t('search:results.found', { count, number: format.number(count) })
  useEffect(() => {
    if (count !== undefined) announce(title)
  }, [count, title])
  return (
    <Section title={title} text={<AskedText search={search} />}>
      <Loaded call={counted}>
        {({ partiallyIndexed }) => (
          <>
            <PartiallyIndexed count={partiallyIndexed} />
            {count !== 0 && <Views search={search} count={count ?? 0} />}
            {count === 0 && <Notice>{t('search:results.none')}</Notice>}
          </>
        )}
      </Loaded>
    </Section>
  )
}

/** The whole question in one line, where the box alone does not say it. */
function AskedText({ search }: { search: SearchFacts }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const format = useFormat()
  const { mailboxes, keyql, query, timeZone } = search
  return (
    <>
      {keyql !== query.trim() && (
        <span className={styles.asked}>
          <MessageText text={keyql} />
          {' · '}
        </span>
      )}
      {mailboxes === null
        ? t('search:mailboxes.every')
        : t('search:mailboxes.count', { count: mailboxes.length, number: format.number(mailboxes.length) })}
      {' · '}
      {t('search:results.zone', { zone: timeZone })}
    </>
  )
}

function PartiallyIndexed({ count }: { count: number }) {
  const { t } = useTranslation('search')
  const format = useFormat()
  if (count === 0) return <span>{t('search:partial.none')}</span>
  return (
    <Notice intent="warning" title={t('search:partial.some', { count, number: format.number(count) })}>
      {t('search:partial.text')}
    </Notice>
  )
}

function Views({ search, count }: { search: SearchFacts; count: number }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const may = useMay()
  const [view, setView] = useState<View>('results')
  const id = useId()
  return (
    <>
      <TabList
        className={`${styles.tabs} not-printed`}
        selectedValue={view}
        onTabSelect={(_, { value }) => setView(value as View)}
      >
        <Tab value="results" id={`${id}-results`} aria-controls={id}>
          {t('search:results.items')}
        </Tab>
        <Tab value="statistics" id={`${id}-statistics`} aria-controls={id}>
          {t('search:statistics.title')}
        </Tab>
      </TabList>
      <div role="tabpanel" id={id} aria-labelledby={`${id}-${view}`}>
        {view === 'statistics' && <Statistics searchId={search.id} />}
        {view === 'results' &&
          (may('readResults') ? (
            <Results searchId={search.id} count={count} />
          ) : (
            <Notice>{t('search:results.closed')}</Notice>
          ))}
      </div>
    </>
  )
}
