import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { basisLabels } from './labels.ts'

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    marginBottom: tokens.spacingVerticalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 200px), 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    '& > *': { minWidth: 0 },
    '& select': { minWidth: 0 },
  },
})

/** As it is typed; days are UTC, as in the proof. */
export interface TypedFilter {
  readonly from: string
  readonly to: string
  readonly mailbox: string
  /** Kind and name with a blank between; empty for any. */
  readonly basis: string
}

export const noFilter: TypedFilter = { from: '', to: '', mailbox: '', basis: '' }

const dayMs = 24 * 60 * 60_000

/** What the contract is asked; both days are included. */
export function queryOf({ from, to, mailbox, basis }: TypedFilter) {
  const blank = basis.indexOf(' ')
  const kind = basis.slice(0, blank) as 'label' | 'policy' | 'purge'
  return {
    ...(from === '' ? {} : { from: `${from}T00:00:00.000Z` }),
    ...(to === '' ? {} : { to: new Date(Date.parse(`${to}T00:00:00Z`) + dayMs).toISOString() }),
    ...(mailbox.trim() === '' ? {} : { mailbox: mailbox.trim() }),
    ...(basis === '' ? {} : { basisKind: kind, basis: basis.slice(blank + 1) }),
  }
}

export function DisposedFilter(props: {
  filter: TypedFilter
  onChange: (filter: TypedFilter) => void
  onSearch: () => void
}) {
  const { filter, onChange, onSearch } = props
  const styles = useStyles()
  const { t } = useTranslation('disposition')
  const { data } = useCall('readDisposition', undefined)
  const bases = (data?.bases ?? []).map(({ kind, name }) => ({
    value: `${kind} ${name}`,
    label: `${t(basisLabels[kind])}: ${name}`,
  }))
  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          onSearch()
        }}
      >
        <div className={styles.fields}>
          <TextField
            label={t('disposition:filter.from')}
            type="date"
            value={filter.from}
            onChange={(from) => onChange({ ...filter, from })}
          />
          <TextField
            label={t('disposition:filter.to')}
            type="date"
            value={filter.to}
            onChange={(to) => onChange({ ...filter, to })}
          />
          <TextField
            label={t('disposition:column.mailbox')}
            type="email"
            maxLength={254}
            value={filter.mailbox}
            onChange={(mailbox) => onChange({ ...filter, mailbox })}
          />
          <ChoiceField
            label={t('disposition:column.basis')}
            value={filter.basis}
            onChange={(basis) => onChange({ ...filter, basis })}
            choices={[
              { value: '', label: t('disposition:filter.any') },
              ...bases,
              { value: 'purge purge', label: t('disposition:basis.purge') },
            ]}
          />
        </div>
        <div>
          <Button type="submit" appearance="primary" icon={<SearchRegular />}>
            {t('disposition:filter.search')}
          </Button>
        </div>
      </form>
    </search>
  )
}
