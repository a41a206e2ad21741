import { Button } from '@fluentui/react-components'
import { ArrowClockwiseRegular } from '@fluentui/react-icons/svg/arrow-clockwise'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { SettingsFrame } from './settings-frame.tsx'

type System = Answer<'readSystem'>
type Check = System['checks'][number]

export function SystemPage() {
  const { t } = useTranslation('settings')
  const system = useCall('readSystem', undefined)
  const again = (
    <Button
      icon={<ArrowClockwiseRegular />}
      disabledFocusable={system.isFetching}
      onClick={() => void system.refetch()}
    >
      {t('settings:system.again')}
    </Button>
  )
  return (
    <SettingsFrame actions={again}>
      <Loaded call={system}>
        {(facts) => (
          <>
            <Keys keys={facts.keys} />
            <Checks checks={facts.checks} />
            <Installation system={facts} />
          </>
        )}
      </Loaded>
    </SettingsFrame>
  )
}

const keyLabels: Readonly<Record<System['keys'][number]['name'], string>> = {
  site: 'settings:keys.site',
  centre: 'settings:keys.centre',
}

function Keys({ keys }: { keys: System['keys'] }) {
  const { t } = useTranslation('settings')
  const exposed = keys.some(({ backedUp }) => !backedUp)
  return (
    <Section title={t('settings:keys.title')} text={t('settings:keys.text')}>
      {exposed && (
        <Notice intent="warning" title={t('settings:keys.exposed')}>
          {t('settings:keys.run')} <Copyable text="holdfast keys backup FOLDER" />
        </Notice>
      )}
      <DataTable
        caption={t('settings:keys.title')}
        rows={keys}
        rowKey={({ name }) => name}
        empty={<span>{t('settings:keys.none')}</span>}
        columns={[
          { key: 'name', title: t('settings:keys.name'), render: ({ name }) => t(keyLabels[name]) },
          {
            key: 'state',
            title: t('settings:keys.state'),
            render: ({ backedUp }) =>
              backedUp ? (
                <StatusBadge tone="good">{t('settings:keys.backedUp')}</StatusBadge>
              ) : (
                <StatusBadge tone="warning">{t('settings:keys.notBackedUp')}</StatusBadge>
              ),
          },
          { key: 'file', title: t('settings:keys.file'), render: ({ file }) => <code>{file}</code> },
        ]}
      />
    </Section>
  )
}

const checkLabels: Readonly<Record<string, string>> = {
  node: 'settings:checks.node',
  disk: 'settings:checks.disk',
  'postgresql programs': 'settings:checks.programs',
  'database version': 'settings:checks.databaseVersion',
  'database role': 'settings:checks.databaseRole',
  durability: 'settings:checks.durability',
  encoding: 'settings:checks.encoding',
  'object store': 'settings:checks.objectStore',
  keys: 'settings:checks.keys',
  clock: 'settings:checks.clock',
}

function Checks({ checks }: { checks: readonly Check[] }) {
  const { t } = useTranslation('settings')
  const open = checks.filter(({ ok, remedy }) => !ok || remedy !== '').length
  const failed = checks.some(({ ok }) => !ok)
  return (
    <Section title={t('settings:checks.title')} text={t('settings:checks.text')}>
      {open === 0 ? (
        <Notice intent="success">{t('settings:checks.allWell')}</Notice>
      ) : (
        <Notice intent={failed ? 'error' : 'warning'}>{t('settings:checks.failed', { count: open })}</Notice>
      )}
      <DataTable
        caption={t('settings:checks.title')}
        rows={checks}
        rowKey={({ name }) => name}
        columns={[
          {
            key: 'name',
            title: t('settings:checks.name'),
            render: ({ name }) => {
              const label = checkLabels[name]
              return label ? t(label) : name
            },
          },
          {
            key: 'state',
            title: t('settings:checks.state'),
            render: (check) => <CheckState check={check} />,
          },
          {
            key: 'message',
            title: t('settings:checks.found'),
            render: ({ message, remedy }) => (
              <span lang="en">
                {message} {remedy}
              </span>
            ),
          },
        ]}
      />
    </Section>
  )
}

function CheckState({ check: { ok, remedy } }: { check: Check }) {
  const { t } = useTranslation('settings')
  if (!ok) return <StatusBadge tone="bad">{t('settings:checks.notOk')}</StatusBadge>
  if (remedy !== '') return <StatusBadge tone="warning">{t('settings:checks.toDo')}</StatusBadge>
  return <StatusBadge tone="good">{t('settings:checks.ok')}</StatusBadge>
}

function Installation({ system }: { system: System }) {
  const { t } = useTranslation('settings')
  const { version, database, objectStore, emailDomain } = system
  const where = database.embedded ? t('settings:system.embedded') : t('settings:system.ownServer')
  return (
    <Section title={t('settings:system.title')} text={t('settings:system.text')}>
      <Facts
        facts={[
          { name: t('settings:system.version'), value: `Holdfast ${version}` },
          { name: t('settings:system.database'), value: `${database.server} (${where})` },
          {
            name: objectStore.type === 'azure' ? t('settings:system.azure') : t('settings:system.local'),
            value: <code>{objectStore.place}</code>,
          },
          { name: t('settings:domain.title'), value: <code>{emailDomain}</code> },
        ]}
      />
    </Section>
  )
}
