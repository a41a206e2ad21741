import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Coverage, useNames } from './labels.ts'

const useStyles = makeStyles({
  list: { margin: 0, paddingInlineStart: '20px', display: 'grid', gap: tokens.spacingVerticalXS },
})

type Alert = Coverage['alerts'][number]

/** What is told until it ends; nothing when all is well. */
export function OpenAlerts({ alerts }: { alerts: readonly Alert[] }) {
  const styles = useStyles()
  const { t } = useTranslation('coverage')
  const sentenceOf = useSentence()
  if (alerts.length === 0) return null
  return (
    <Section title={t('coverage:alerts.open')}>
      <ul className={styles.list}>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <MessageText text={sentenceOf(alert)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function useSentence(): (alert: Alert) => string {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  return ({ kind, facts }) => {
    const text = (name: string) => String(facts[name] ?? '')
    const number = (name: string) => format.number(Number(facts[name] ?? 0))
    const since = facts.since === undefined ? '' : format.dateTime(text('since'))
    const source = names.source(text('source'))
    switch (kind) {
      case 'silence':
        return t('coverage:alert.silence', { name: text('name'), source, since })
      case 'gap':
        return t('coverage:alert.gap', {
          ...{ count: Number(facts.gaps ?? 0), number: number('gaps') },
          reason: names.reason(text('reason')),
        })
      case 'route':
        return t('coverage:alert.route', { route: text('route'), source, since, code: text('code') })
      case 'lag':
        return facts.day === undefined
          ? t('coverage:alert.lagRoute', { route: text('route'), source, since })
          : t('coverage:alert.lagDay', {
              ...{ day: format.day(text('day')), captured: number('captured'), arrived: number('arrived') },
            })
      case 'site':
        return t('coverage:alert.site', { since, code: text('code') })
      case 'heartbeat':
        return t('coverage:alert.heartbeat', { route: text('route'), since })
    }
  }
}
