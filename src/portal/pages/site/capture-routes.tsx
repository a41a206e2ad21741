import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { sourceLabels } from './labels.ts'
import { RouteDialog } from './route-dialog.tsx'

type Route = Answer<'listSiteRoutes'>[number]

/** Ways in that run by themselves, how they fare, and the address each vendor is to be given. */
export function CaptureRoutes({ accountId }: { accountId: number }) {
  const { t } = useTranslation('site')
  const routes = useCall('listSiteRoutes', { params: { id: accountId } })
  const forms = useCall('listRouteForms', undefined)
  const [edited, setEdited] = useState<Route | 'new' | null>(null)
  return (
    <Section title={t('site:route.title')} text={t('site:route.text')}>
      <div>
        <Button disabled={!forms.data} onClick={() => setEdited('new')}>
          {t('site:route.add')}
        </Button>
      </div>
      <Loaded call={routes}>
        {(rows) => <RouteTable accountId={accountId} routes={rows} onChange={setEdited} />}
      </Loaded>
      {edited !== null && forms.data && (
        <RouteDialog
          accountId={accountId}
          forms={forms.data}
          route={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  )
}

function RouteTable(props: {
  accountId: number
  routes: readonly Route[]
  onChange: (route: Route) => void
}) {
  const { accountId, routes, onChange } = props
  const { t } = useTranslation('site')
  const format = useFormat()
  const [tested, setTested] = useState<Tested | null>(null)
  return (
    <>
      <DataTable
        caption={t('site:route.title')}
        rows={routes}
        rowKey={({ id }) => id}
        empty={<span>{t('site:route.none')}</span>}
        columns={[
          { key: 'name', title: t('site:route.name'), render: ({ name }) => name },
          {
            key: 'source',
            title: t('site:route.source'),
            render: ({ source }) => (sourceLabels[source] ? t(sourceLabels[source]) : source),
          },
          { key: 'state', title: t('site:route.state'), render: (route) => <State route={route} /> },
          {
            key: 'received',
            title: t('site:route.lastReceived'),
            render: ({ lastReceivedAt }) => <Time of={lastReceivedAt} />,
          },
          {
            key: 'pulled',
            title: t('site:route.lastPulled'),
            render: ({ lastPulledAt }) => <Time of={lastPulledAt} />,
          },
          {
            key: 'waiting',
            title: t('site:route.waiting'),
            align: 'end',
            render: ({ waiting }) => format.number(waiting),
          },
          {
            key: 'refused',
            title: t('site:route.refused'),
            align: 'end',
            render: ({ refusedCalls }) => format.number(refusedCalls),
          },
          {
            key: 'address',
            title: t('site:route.address'),
            render: ({ path }) => (path === null ? '' : <Copyable text={`${location.origin}/site${path}`} />),
          },
          {
            key: 'acts',
            title: t('site:route.acts'),
            render: (route) => (
              <Acts
                accountId={accountId}
                route={route}
                onChange={() => onChange(route)}
                onTested={setTested}
              />
            ),
          },
        ]}
      />
      {tested && <Findings tested={tested} />}
    </>
  )
}

interface Tested {
  readonly name: string
  readonly findings: Answer<'testSiteRoute'>
}

function State({ route: { enabled, problem } }: { route: Route }) {
  const { t } = useTranslation('site')
  if (!enabled) return <StatusBadge tone="quiet">{t('site:route.disabled')}</StatusBadge>
  if (problem === null) return <StatusBadge tone="good">{t('site:route.running')}</StatusBadge>
  return (
    <>
      <StatusBadge tone="bad">{t('site:route.troubled')}</StatusBadge>
      <div lang="en">{problem.message}</div>
      <div>
        {t('site:route.since')} <Time of={problem.since} />
      </div>
    </>
  )
}

function Acts(props: {
  accountId: number
  route: Route
  onChange: () => void
  onTested: (tested: Tested) => void
}) {
  const { accountId, route, onChange, onTested } = props
  const { t } = useTranslation('site')
  const params = { id: accountId, route: route.id }
  const change = useChange('changeSiteRoute', { stale: ['listSiteRoutes'] })
  const test = useChange('testSiteRoute', {
    onSuccess: (findings) => onTested({ name: route.name, findings }),
  })
  const sync = useChange('syncSiteRoute', {
    onSuccess: (findings) => onTested({ name: route.name, findings }),
  })
  const [removing, setRemoving] = useState(false)
  const turn = () => change.mutate({ params, body: { version: route.version, enabled: !route.enabled } })
  return (
    <>
      <Buttons>
        <Button size="small" onClick={() => test.mutate({ params })} disabledFocusable={test.isPending}>
          {test.isPending ? t('site:route.testing') : t('site:route.test')}
        </Button>
        {route.syncs && (
          <Button size="small" onClick={() => sync.mutate({ params })} disabledFocusable={sync.isPending}>
            {t('site:route.sync')}
          </Button>
        )}
        <Button size="small" onClick={onChange}>
          {t('site:route.change')}
        </Button>
        <Button size="small" onClick={turn} disabledFocusable={change.isPending}>
          {route.enabled ? t('site:route.disable') : t('site:route.enable')}
        </Button>
        <Button size="small" onClick={() => setRemoving(true)}>
          {t('site:route.remove')}
        </Button>
      </Buttons>
      <ErrorNotice error={change.error ?? test.error ?? sync.error} />
      {removing && <RemoveRoute params={params} onClose={() => setRemoving(false)} />}
    </>
  )
}

/** Below the table, where there is room for sentences. */
function Findings({ tested: { name, findings } }: { tested: Tested }) {
  const { t } = useTranslation('site')
  const problems = findings.filter(({ problem }) => problem !== null)
  const results = findings.filter(({ result }) => result !== null)
  if (problems.length === 0 && results.length > 0)
    return (
      <Notice intent="success" title={name}>
        {results.map(({ check, result }) => (
          <div key={check} lang="en">
            {check}: {result}
          </div>
        ))}
      </Notice>
    )
  if (problems.length === 0)
    return (
      <Notice intent={findings.length === 0 ? 'info' : 'success'} title={name}>
        {findings.length === 0 ? t('site:route.nothingToTry') : t('site:route.fine')}
      </Notice>
    )
  return problems.map(({ check, problem }) => (
    <Notice key={check} intent="error" title={`${name}: ${check}`}>
      <span lang="en">{problem}</span>
    </Notice>
  ))
}

function RemoveRoute({ params, onClose }: { params: { id: number; route: number }; onClose: () => void }) {
  const { t } = useTranslation('site')
  const remove = useChange('removeSiteRoute', { stale: ['listSiteRoutes'], onSuccess: onClose })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('site:route.removeTitle')}
      confirm={t('site:route.remove')}
      onConfirm={() => remove.mutate({ params })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('site:route.removeText')}
    </ConfirmDialog>
  )
}
