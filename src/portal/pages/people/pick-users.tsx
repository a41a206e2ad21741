import { Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../components/form.tsx'
import type { User } from './user-status.tsx'

const useStyles = makeStyles({
  users: { border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: `0 0 ${tokens.spacingVerticalXXS}` },
  none: { padding: tokens.spacingHorizontalM },
  list: {
    display: 'grid',
    maxHeight: '280px',
    overflowY: 'auto',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

/** Some of the users, found by typing; those chosen stay in the list. */
export function PickUsers(props: {
  users: readonly User[]
  chosen: readonly number[]
  onChoose: (ids: readonly number[]) => void
}) {
  const { users, chosen, onChoose } = props
  const styles = useStyles()
  const { t } = useTranslation('people')
  const [find, setFind] = useState('')
  const wanted = find.trim().toLowerCase()
  const shown = users.filter(
    ({ id, name, username }) => chosen.includes(id) || `${name} ${username}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      <TextField label={t('people:pick.find')} type="search" value={find} onChange={setFind} />
      <fieldset className={styles.users}>
        <legend className={styles.legend}>{t('people:pick.users', { count: chosen.length })}</legend>
        <div className={styles.list}>
          {shown.length === 0 && <span className={styles.none}>{t('people:pick.none')}</span>}
          {shown.map(({ id, name, username }) => (
            <Checkbox
              key={id}
              label={`${name} (${username})`}
              checked={chosen.includes(id)}
              onChange={(_, { checked }) =>
                onChoose(checked ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
            />
          ))}
        </div>
      </fieldset>
    </>
  )
}
