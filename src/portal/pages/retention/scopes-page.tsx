import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat } from '../../i18n/format.ts'
import { RetentionFrame } from './frame.tsx'
import { NewScopeDialog } from './new-scope-dialog.tsx'
import { attributeLabels, operatorLabels, type Scope } from './words.ts'

export function AdaptiveScopesPage() {
  const { t } = useTranslation('retention')
  const may = useMay()
  const scopes = useCall('listAdaptiveScopes', undefined)
  const [adding, setAdding] = useState(false)
  return (
    <RetentionFrame
      actions={
        may('createAdaptiveScope') && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setAdding(true)}>
            {t('retention:scopes.add')}
          </Button>
        )
      }
    >
      <Section title={t('retention:tabs.scopes')} text={t('retention:scopes.text')}>
        <Loaded call={scopes}>{({ items }) => <Scopes rows={items} />}</Loaded>
      </Section>
      {adding && <NewScopeDialog onClose={() => setAdding(false)} />}
    </RetentionFrame>
  )
}

function Scopes({ rows }: { rows: readonly Scope[] }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  return (
    <DataTable
      caption={t('retention:tabs.scopes')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<PeopleRegular />} title={t('retention:scopes.none')}>
          {t('retention:scopes.noneText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('retention:column.scopeName'),
          compare: (left, right) => format.compare(left.name, right.name),
          render: ({ id, name }) => (
            <PageLink to={`/retention/scopes/${id}`}>
              <bdi>{name}</bdi>
            </PageLink>
          ),
        },
        {
          key: 'query',
          title: t('retention:column.conditions'),
          render: ({ query }) => <ConditionsText query={query} />,
        },
        {
          key: 'members',
          title: t('retention:column.members'),
          align: 'end',
          compare: (left, right) => left.members - right.members,
          render: ({ members }) => format.number(members),
        },
      ]}
    />
  )
}

export function ConditionsText({ query: { match, conditions } }: { query: Scope['query'] }) {
  const { t } = useTranslation('retention')
  const joined = match === 'all' ? t('retention:scopes.and') : t('retention:scopes.or')
  const words = conditions.map(
    ({ attribute, operator, value }) =>
      `${t(attributeLabels[attribute])} ${t(operatorLabels[operator])} “${value}”`,
  )
  return <bdi>{words.join(` ${joined} `)}</bdi>
}
