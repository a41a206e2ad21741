import { Button, ProgressBar } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Policy } from './words.ts'

type Simulation = NonNullable<Policy['simulation']>

/** What the policy would do to today's archive. */
export function SimulationSection({ policy }: { policy: Policy }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const simulate = useChange('simulateRetentionPolicy', { stale: ['readRetentionPolicy'] })
  const { id, simulation, simulating, simulationProblem } = policy
  return (
    <Section title={t('retention:simulation.title')} text={t('retention:simulation.text')}>
      <ErrorNotice error={simulate.error} />
      {simulationProblem !== null && <Notice intent="error">{t('retention:simulation.problem')}</Notice>}
      {simulating && <ProgressBar aria-label={t('retention:simulation.running')} />}
      {may('simulateRetentionPolicy') && (
        <Buttons>
          <Button
            appearance={simulation === null ? 'primary' : 'secondary'}
            disabledFocusable={simulate.isPending || simulating}
            onClick={() => simulate.mutate({ params: { id } })}
          >
            {simulation === null ? t('retention:simulation.start') : t('retention:simulation.again')}
          </Button>
        </Buttons>
      )}
      {simulation === null ? (
        !simulating && <span>{t('retention:simulation.never')}</span>
      ) : (
        <Result found={simulation} />
      )}
    </Section>
  )
}

function Result({ found }: { found: Simulation }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  return (
    <>
      <span>
        {t('retention:simulation.asOf')} <Time of={found.asOf} />
      </span>
      <Figures
        figures={[
          { name: t('retention:simulation.inScope'), value: format.number(found.inScope) },
          { name: t('retention:simulation.disposed'), value: format.number(found.disposed) },
          { name: t('retention:simulation.kept'), value: format.number(found.kept) },
          { name: t('retention:simulation.tooYoung'), value: format.number(found.tooYoung) },
        ]}
      />
      {found.byMailbox.length > 0 && <ByMailbox rows={found.byMailbox} />}
      {found.byMonth.length > 0 && <ByMonth rows={found.byMonth} />}
      {found.sample.length > 0 && <Sample found={found} />}
    </>
  )
}

function ByMailbox({ rows }: { rows: Simulation['byMailbox'] }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  return (
    <DataTable
      bounded
      caption={t('retention:simulation.byMailbox')}
      rows={rows}
      rowKey={({ mailbox }) => mailbox}
      columns={[
        {
          key: 'mailbox',
          title: t('retention:column.mailbox'),
          compare: (left, right) => format.compare(left.mailbox, right.mailbox),
          render: ({ mailbox }) => mailbox,
        },
        {
          key: 'inScope',
          title: t('retention:simulation.inScope'),
          align: 'end',
          compare: (left, right) => left.inScope - right.inScope,
          render: ({ inScope }) => format.number(inScope),
        },
        {
          key: 'disposed',
          title: t('retention:simulation.disposed'),
          align: 'end',
          compare: (left, right) => left.disposed - right.disposed,
          render: ({ disposed }) => format.number(disposed),
        },
      ]}
    />
  )
}

function ByMonth({ rows }: { rows: Simulation['byMonth'] }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  return (
    <DataTable
      bounded
      caption={t('retention:simulation.byMonth')}
      rows={rows}
      rowKey={({ month }) => month}
      columns={[
        { key: 'month', title: t('retention:column.month'), render: ({ month }) => month },
        {
          key: 'disposed',
          title: t('retention:simulation.disposed'),
          align: 'end',
          render: ({ disposed }) => format.number(disposed),
        },
      ]}
    />
  )
}

/** Some items by name: whoever may read them opens them. */
function Sample({ found: { sample, disposed } }: { found: Simulation }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const title = disposed > 0 ? t('retention:simulation.sampleGone') : t('retention:simulation.sampleKept')
  return (
    <DataTable
      bounded
      caption={title}
      rows={sample}
      rowKey={({ item }) => item}
      columns={[
        {
          key: 'item',
          title,
          render: ({ item }) =>
            may('readItem') ? (
              <PageLink to={`/items/${item}`}>
                <code>{item}</code>
              </PageLink>
            ) : (
              <code>{item}</code>
            ),
        },
        { key: 'mailbox', title: t('retention:column.mailbox'), render: ({ mailbox }) => mailbox },
        {
          key: 'sent',
          title: t('retention:column.sent'),
          render: ({ sentAt }) => (
            <OneLine>
              <Time of={sentAt} />
            </OneLine>
          ),
        },
      ]}
    />
  )
}
