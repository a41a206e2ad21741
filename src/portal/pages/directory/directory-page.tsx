import { makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { Address } from '../../components/address.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { MailboxTabs } from '../mailboxes/mailbox-tabs.tsx'
import { GraphSource } from './graph-source.tsx'
import { GraphSync } from './graph-sync.tsx'
import { type Directory, originLabels, sourceOf } from './labels.ts'
import { OtherSources } from './other-sources.tsx'

const useStyles = makeStyles({
  source: { whiteSpace: 'nowrap' },
  why: { display: 'block', minWidth: '220px' },
})

/** A worker syncs by itself soon after Graph was set up. */
const firstSyncMilliseconds = 5_000

export function DirectoryPage() {
  const { t } = useTranslation('directory')
  const directory = useCall('readDirectory', undefined, {
    refetchInterval: ({ state }) =>
      state.data && waitsForFirstSync(state.data) ? firstSyncMilliseconds : false,
  })
  return (
    <>
      <PageHeader title={t('directory:title')} lead={t('directory:lead')} />
      <MailboxTabs />
      <Loaded call={directory}>
        {(facts) => (
          <>
            <Origins directory={facts} />
            {facts.graph && <GraphSync key={facts.graph.version} source={sourceOf(facts, 'graph')} />}
            <Problems directory={facts} />
            <GraphSource graph={facts.graph} />
            <OtherSources directory={facts} />
          </>
        )}
      </Loaded>
    </>
  )
}

function waitsForFirstSync(directory: Directory): boolean {
  return directory.graph !== null && (sourceOf(directory, 'graph')?.lastRunAt ?? null) === null
}

function Origins({ directory: { origins, mailboxes } }: { directory: Directory }) {
  const { t } = useTranslation('directory')
  const format = useFormat()
  const { active, inactive } = mailboxes
  const text = t('directory:origins.text', {
    active: format.number(active),
    inactive: format.number(inactive),
  })
  return (
    <Section title={t('directory:origins.title')} text={text}>
      <Figures
        figures={(['graph', 'scim', 'csv', 'manual'] as const).map((origin) => ({
          name: t(originLabels[origin]),
          value: format.number(origins[origin]),
        }))}
      />
    </Section>
  )
}

/** Users whom a source told of and who could not be taken as they are. */
function Problems({ directory: { problems, problemCount } }: { directory: Directory }) {
  const styles = useStyles()
  const { t } = useTranslation('directory')
  const format = useFormat()
  if (problemCount === 0) return null
  const shown = { shown: format.number(problems.length), number: format.number(problemCount) }
  const numbered = problems.map((problem, place) => ({ ...problem, place }))
  return (
    <Section title={t('directory:problems.title')} text={t('directory:problems.text')}>
      <DataTable
        bounded
        caption={t('directory:problems.title')}
        rows={numbered}
        rowKey={({ place }) => place}
        columns={[
          {
            key: 'user',
            title: t('directory:column.user'),
            render: ({ userName }) => <Address of={userName} />,
          },
          {
            key: 'source',
            title: t('directory:column.source'),
            render: ({ source }) => <span className={styles.source}>{t(originLabels[source])}</span>,
          },
          {
            key: 'why',
            title: t('directory:column.why'),
            render: ({ explanation }) => (
              <span className={styles.why} lang="en">
                {explanation}
              </span>
            ),
          },
        ]}
      />
      {problems.length < problemCount && <span>{t('directory:problems.first', shown)}</span>}
    </Section>
  )
}
