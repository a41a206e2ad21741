import { useTranslation } from 'react-i18next'
import { linkTo, useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { ItemLabel } from './item-label.tsx'

type Explanation = Answer<'explainItem'>

const keptLabels: Readonly<Record<Explanation['kept'], string>> = {
  held: 'items:kept.held',
  retained: 'items:kept.retained',
  due: 'items:kept.due',
  'no-rule': 'items:kept.noRule',
}

/** Why the item is kept, until when, under which rules, and who saw it. */
export function KeptTab({ id }: { id: string }) {
  const { t } = useTranslation('items')
  const call = useCall('explainItem', { params: { id } })
  return (
    <Loaded call={call}>
      {(found) => (
        <>
          <Section title={t('items:tab.kept')}>
            <Notice>{t(keptLabels[found.kept], { by: found.retainedBy ?? found.deletedBy ?? '' })}</Notice>
            <Facts
              facts={[
                { name: t('items:kept.until'), value: <Moment at={found.retainUntil} /> },
                { name: t('items:kept.goes'), value: <Moment at={found.deleteAt} /> },
                ...(found.earliestDisposal === null
                  ? []
                  : [{ name: t('items:kept.earliest'), value: <Moment at={found.earliestDisposal} /> }]),
                { name: t('items:kept.here'), value: <span lang="en">{found.mapping}</span> },
              ]}
            />
            <p>
              <a href={linkTo('downloadExplanation', { params: { id } })} download>
                {t('items:kept.download')}
              </a>
            </p>
          </Section>
          <Rules found={found} />
          <ItemLabel id={id} />
          <Looks looks={found.seenBy} />
        </>
      )}
    </Loaded>
  )
}

function Moment({ at }: { at: string | null }) {
  const { t } = useTranslation('items')
  if (at === 'forever') return t('items:kept.forever')
  return at === null ? '–' : <Time of={at} />
}

function Rules({ found: { holds, rules } }: { found: Explanation }) {
  const { t } = useTranslation('items')
  const rows = [
    ...holds.map(({ name, until }) => ({
      kind: 'hold' as const,
      name,
      retainUntil: until ?? 'forever',
      deleteAt: null,
    })),
    ...rules,
  ]
  const kinds = { hold: 'items:kept.hold', policy: 'items:kept.policy', label: 'items:kept.label' } as const
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { key: 'kind', title: t('items:kept.kind'), render: ({ kind }) => t(kinds[kind]) },
    { key: 'name', title: t('items:kept.name'), render: ({ name }) => <bdi>{name}</bdi> },
    { key: 'until', title: t('items:kept.until'), render: ({ retainUntil }) => <Moment at={retainUntil} /> },
    { key: 'goes', title: t('items:kept.goes'), render: ({ deleteAt }) => <Moment at={deleteAt} /> },
  ]
  return (
    <Section title={t('items:kept.rules')}>
      <DataTable
        caption={t('items:kept.rules')}
        rows={rows}
        rowKey={({ kind, name }) => `${kind} ${name}`}
        columns={columns}
        empty={<Notice>{t('items:kept.noRules')}</Notice>}
      />
    </Section>
  )
}

function Looks({ looks }: { looks: Explanation['seenBy'] }) {
  const { t } = useTranslation('items')
  if (looks === null) return <Notice>{t('items:kept.looksHidden')}</Notice>
  const columns: readonly Column<(typeof looks)[number]>[] = [
    { key: 'at', title: t('items:kept.when'), render: ({ at }) => <Time of={at} /> },
    { key: 'actor', title: t('items:kept.who'), render: ({ actor }) => <bdi>{actor}</bdi> },
    { key: 'what', title: t('items:kept.what'), render: ({ operation }) => <code>{operation}</code> },
  ]
  return (
    <Section title={t('items:kept.looks')}>
      <DataTable
        bounded
        caption={t('items:kept.looks')}
        rows={looks}
        rowKey={({ at, actor, operation }) => `${at} ${actor} ${operation}`}
        columns={columns}
        empty={<Notice>{t('items:kept.noLooks')}</Notice>}
      />
    </Section>
  )
}
