import { makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { basisLabels, type DisposedItem } from './labels.ts'

const useStyles = makeStyles({
  line: { whiteSpace: 'nowrap' },
})

/** A time: never broken, so that a narrow table scrolls instead. */
export function OneLine({ children }: { children: ReactNode }) {
  return <span className={useStyles().line}>{children}</span>
}

/** A time, or a dash where it has not come. */
export function Moment({ of }: { of: string | null }) {
  if (of === null) return <span>–</span>
  return (
    <OneLine>
      <Time of={of} />
    </OneLine>
  )
}

/** An item that is there still: whoever may read it goes to it from here. */
export function ItemLink({ item }: { item: string }) {
  const may = useMay()
  return (
    <OneLine>
      {may('readItem') ? <PageLink to={`/items/${item}`}>{item}</PageLink> : <code>{item}</code>}
    </OneLine>
  )
}

/** By which rule it went. */
export function Basis({ of: { basisKind, basis } }: { of: Pick<DisposedItem, 'basisKind' | 'basis'> }) {
  const { t } = useTranslation('disposition')
  return (
    <>
      {t(basisLabels[basisKind])}
      {basisKind !== 'purge' && (
        <>
          {': '}
          <bdi>{basis}</bdi>
        </>
      )}
    </>
  )
}
