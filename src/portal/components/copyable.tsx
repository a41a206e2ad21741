import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from './announce.ts'

const useStyles = makeStyles({
  frame: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '2px',
    maxWidth: '100%',
    verticalAlign: 'middle',
  },
  text: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
    userSelect: 'all',
  },
})

/** Code, id or link with a button that copies it. */
export function Copyable({ text, label = text }: { text: string; label?: string }) {
  const styles = useStyles()
  const { t } = useTranslation('general')
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    announce(t('general:copied'))
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <span className={styles.frame}>
      <code className={styles.text}>{label}</code>
      <Button
        appearance="subtle"
        size="small"
        icon={copied ? <CheckmarkRegular /> : <CopyRegular />}
        aria-label={t('general:action.copy')}
        onClick={copy}
      />
    </span>
  )
}
