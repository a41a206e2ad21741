import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'

const useStyles = makeStyles({
  list: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    listStyle: 'none',
    margin: 0,
    padding: 0,
    fontSize: tokens.fontSizeBase200,
  },
  one: {
    maxWidth: '100%',
    overflow: 'hidden',
    padding: '2px 8px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
})

const shownAtFirst = 12

/** Who takes part; of thousands the first, and how many there are. */
export function People({
  conversation,
}: {
  conversation: Pick<Answer<'readConversation'>, 'participants' | 'participantsTotal'>
}) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const format = useFormat()
  const [all, setAll] = useState(false)
  const { participants, participantsTotal } = conversation
  const shown = all ? participants : participants.slice(0, shownAtFirst)
  const hidden = participantsTotal - shown.length
  return (
    <div>
      <ul className={styles.list} aria-label={t('items:participants')}>
        {shown.map(({ type, value, name }) => (
          <li key={`${type} ${value}`} className={styles.one}>
            <MessageText text={name ?? value} />
            {name !== null && name !== value && (
              <>
                {' '}
                (<MessageText text={value} />)
              </>
            )}
          </li>
        ))}
        {hidden > 0 && (
          <li className={styles.one}>
            {t('items:morePeople', { count: hidden, number: format.number(hidden) })}
          </li>
        )}
      </ul>
      {!all && participants.length > shownAtFirst && (
        <Button size="small" appearance="subtle" onClick={() => setAll(true)}>
          {t('items:showPeople')}
        </Button>
      )}
    </div>
  )
}
