import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { MessageText } from '../../components/message-text.tsx'
import { Notice } from '../../components/notices.tsx'
import { codeOf } from '../../components/visible-text.ts'
import { createFormat, useFormat } from '../../i18n/format.ts'
import { slipLabels } from './labels.ts'
import { understandingText } from './understanding.ts'

type Check = Answer<'checkQuery'>

const useStyles = makeStyles({
  frame: { display: 'grid', gap: tokens.spacingVerticalS, minHeight: '20px' },
  understood: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  query: {
    display: 'block',
    fontFamily: tokens.fontFamilyMonospace,
    overflowWrap: 'anywhere',
    marginTop: tokens.spacingVerticalXXS,
  },
  detail: { display: 'block', fontSize: tokens.fontSizeBase200 },
  list: { margin: 0, paddingInlineStart: '18px' },
})

const settleMilliseconds = 350

/**
 * What the server thinks of a query while it is typed: where it is wrong, what is likely a slip, how it is
 * understood. `onShow` is given the place of an error, in UTF-16 units.
 */
export function QueryCheck(props: {
  query: string
  timeZone: string
  onMend: (query: string) => void
  onShow: (at: number, length: number) => void
}) {
  const { query, timeZone, onMend, onShow } = props
  const styles = useStyles()
  const settled = useSettled(query)
  const check = useCall(
    'checkQuery',
    { body: { query: settled, timeZone } },
    { enabled: settled.trim() !== '', staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 },
  )
  const current = settled.trim() === '' ? undefined : check.data
  return (
    <div className={styles.frame} role="status">
      {current?.error && <Wrong query={settled} error={current.error} onShow={onShow} />}
      {current && current.typos.length > 0 && <Slips check={current} query={settled} onMend={onMend} />}
      {current?.understood && <HowUnderstood understood={current.understood} timeZone={timeZone} />}
    </div>
  )
}

function Wrong(props: {
  query: string
  error: NonNullable<Check['error']>
  onShow: (at: number, length: number) => void
}) {
  const { query, error, onShow } = props
  const styles = useStyles()
  const { t, i18n } = useTranslation('search')
  const format = useFormat()
  const english = i18n.language.startsWith('en')
  // An error at the end has nothing to mark but what stands before it.
  const start = Math.min(error.at, Math.max(0, query.length - 1))
  const end = Math.max(start + 1, error.at + error.length)
  const show = (
    <Button size="small" onClick={() => onShow(error.at, error.length)}>
      {t('search:check.show')}
    </Button>
  )
  return (
    <Notice intent="error" actions={show}>
      {english ? error.message : t('search:check.wrongAt', { at: format.number(error.at + 1) })}
      {!english && (
        <span className={styles.detail} lang="en">
          {error.message}
        </span>
      )}
      <span className={styles.query}>
        <MessageText text={query} marks={[[start, end]]} />
      </span>
    </Notice>
  )
}

function Slips({ check, query, onMend }: { check: Check; query: string; onMend: (query: string) => void }) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  const { typos, suggestion } = check
  const kinds = [...new Set(typos.map(({ kind }) => kind))]
  const codes = typos.filter(({ kind }) => kind === 'hidden-character').map(({ found }) => codeOf(found))
  const mend = suggestion !== null && (
    <Button size="small" appearance="primary" onClick={() => onMend(suggestion)}>
      {t('search:check.mend')}
    </Button>
  )
  return (
    <Notice intent="warning" title={t('search:check.slips')} actions={mend}>
      <ul className={styles.list}>
        {kinds.map((kind) => (
          <li key={kind}>{t(slipLabels[kind], { codes: [...new Set(codes)].join(', ') })}</li>
        ))}
      </ul>
      <span className={styles.query}>
        <MessageText text={query} marks={typos.map(({ at, length }) => [at, at + length] as const)} />
      </span>
      {suggestion !== null && (
        <>
          {t('search:check.suggestion')}
          <span className={styles.query}>
            <MessageText text={suggestion} />
          </span>
        </>
      )}
    </Notice>
  )
}

function HowUnderstood(props: { understood: NonNullable<Check['understood']>; timeZone: string }) {
  const { understood, timeZone } = props
  const styles = useStyles()
  const { t } = useTranslation(['search', 'items'])
  const { language } = useFormat()
  const text = understandingText(understood, t, createFormat(language, timeZone))
  return (
    <div className={styles.understood}>
      {t('search:check.understood')} <MessageText text={text} />
    </div>
  )
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMilliseconds)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
