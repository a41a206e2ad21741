import { Button, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components'
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QueryCheck } from './query-check.tsx'
import { QueryHelp } from './query-help.tsx'

/** Where `/` leads on pages that have a box of their own. */
export const queryBoxId = 'page-search'

const lengthMax = 10_000

const useStyles = makeStyles({
  frame: { display: 'grid', gap: tokens.spacingVerticalS, minWidth: 0 },
  // Its words in line with the box.
  help: { marginInlineStart: '-8px' },
  box: {
    width: '100%',
    '& textarea': { fontFamily: tokens.fontFamilyMonospace, maxHeight: '40vh' },
  },
})

/** The query as text, checked while it is typed. Enter searches, Shift+Enter begins a line. */
export function QueryBox(props: {
  query: string
  timeZone: string
  onChange: (query: string) => void
  onSearch: () => void
}) {
  const { query, timeZone, onChange, onSearch } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  const box = useRef<HTMLTextAreaElement>(null)
  const [help, setHelp] = useState(false)
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes Chinese, Enter takes the characters.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    onSearch()
  }
  const show = (at: number, length: number) => {
    box.current?.focus()
    box.current?.setSelectionRange(at, at + length)
  }
  const take = (example: string) => {
    onChange(query.trim() === '' ? example : `${query.trimEnd()} ${example}`)
    setHelp(false)
    setTimeout(() => box.current?.focus())
  }
  return (
    <div className={styles.frame}>
      <Field label={t('search:query.label')} hint={t('search:query.hint')}>
        <Textarea
          ref={box}
          id={queryBoxId}
          className={styles.box}
          rows={2}
          resize="vertical"
          maxLength={lengthMax}
          spellCheck={false}
          autoCapitalize="off"
          placeholder={t('search:query.placeholder')}
          value={query}
          onChange={(_, { value }) => onChange(value)}
          onKeyDown={onKeyDown}
        />
      </Field>
      <div className={styles.help}>
        <Button
          size="small"
          appearance="subtle"
          icon={<QuestionCircleRegular />}
          onClick={() => setHelp(true)}
        >
          {t('search:help.open')}
        </Button>
      </div>
      <QueryCheck query={query} timeZone={timeZone} onMend={onChange} onShow={show} />
      {help && <QueryHelp onClose={() => setHelp(false)} onTake={take} />}
    </div>
  )
}
