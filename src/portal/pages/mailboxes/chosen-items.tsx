import { Button, makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { linkTo } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Buttons } from '../../components/form.tsx'

const useStyles = makeStyles({ count: { alignSelf: 'center' } })

/** What was chosen by `x`, to be taken along as e-mails. */
export function ChosenItems({ chosen, onClear }: { chosen: ReadonlySet<string>; onClear: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('mailboxes')
  const may = useMay()
  if (chosen.size === 0) return null
  const download = () => {
    for (const id of chosen) {
      const link = document.createElement('a')
      link.href = linkTo('downloadEmail', { params: { id } })
      link.download = ''
      link.click()
    }
  }
  return (
    <Buttons>
      <span className={styles.count} aria-live="polite">
        {t('mailboxes:chosen', { count: chosen.size })}
      </span>
      {may('downloadEmail') && <Button onClick={download}>{t('mailboxes:downloadChosen')}</Button>}
      <Button appearance="subtle" onClick={onClear}>
        {t('mailboxes:clearChosen')}
      </Button>
    </Buttons>
  )
}
