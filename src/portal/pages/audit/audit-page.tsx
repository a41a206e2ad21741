import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { clock } from '../../i18n/clock.ts'
import { useFormat } from '../../i18n/format.ts'
import { AuditFrame } from './audit-frame.tsx'
import { AuditRecords } from './audit-records.tsx'
import { type AuditFilter, filterFromLink, linkOf, queryOf } from './filter.ts'
import { FilterForm } from './filter-form.tsx'

const route = getRouteApi('/signed-in/audit')

export function AuditPage() {
  const { timeZone } = useFormat()
  const linked = route.useSearch()
  const navigate = useNavigate()
  const [filter, setFilter] = useState(() => filterFromLink(linked, timeZone))
  // Asked for only when somebody says so: each look at the log is a record of it.
  const [asked, setAsked] = useState(() => queryOf(filter, clock.now()))
  const search = (wanted: AuditFilter) => {
    setAsked(queryOf(wanted, clock.now()))
    void navigate({ to: '/audit', search: linkOf(wanted), replace: true })
  }
  return (
    <AuditFrame>
      <FilterForm filter={filter} onChange={setFilter} onSearch={() => search(filter)} />
      <AuditRecords query={asked} />
    </AuditFrame>
  )
}
