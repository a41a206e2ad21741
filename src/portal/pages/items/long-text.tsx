import { Button, makeStyles, mergeClasses } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageText } from '../../components/message-text.tsx'

const useStyles = makeStyles({
  words: { minWidth: 0 },
  closed: { maxHeight: '280px', overflow: 'hidden', '@media print': { maxHeight: 'none' } },
  more: { justifySelf: 'start' },
})

const longText = 1_200
const manyLines = 16

/** What would fill the page is folded, unless something in it is marked. */
export function LongText(props: {
  text: string
  marks?: readonly (readonly [number, number])[]
  open?: boolean
}) {
  const { text, marks = [], open = false } = props
  const styles = useStyles()
  const { t } = useTranslation('items')
  const [all, setAll] = useState(open || marks.length > 0 || !isLong(text))
  return (
    <>
      <div className={mergeClasses(styles.words, !all && styles.closed)}>
        <MessageText text={text} marks={marks} />
      </div>
      {!all && (
        <Button className={styles.more} size="small" onClick={() => setAll(true)}>
          {t('items:showAll')}
        </Button>
      )}
    </>
  )
}

function isLong(text: string): boolean {
  return text.length > longText || text.split('\n', manyLines + 1).length > manyLines
}
