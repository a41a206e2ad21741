import { useTranslation } from 'react-i18next'
import type { Answer } from '../../../api/client.ts'
import { Copyable } from '../../../components/copyable.tsx'
import { Facts } from '../../../components/facts.tsx'
import { Notice } from '../../../components/notices.tsx'
import { useFormat } from '../../../i18n/format.ts'

/** Who was mailed, and the links of those who were not: nobody can read them again. */
export function InvitedLinks({ answer }: { answer: Answer<'inviteUsers'> }) {
  const { t } = useTranslation('activation')
  const format = useFormat()
  const { invited, remaining } = answer
  const byHand = invited.filter(({ link }) => link !== null)
  const mailed = invited.length - byHand.length
  if (invited.length === 0 && remaining === 0) return <Notice>{t('activation:invited.none')}</Notice>
  return (
    <>
      {mailed > 0 && (
        <Notice intent="success">
          {t('activation:invited.mailed', { count: mailed, number: format.number(mailed) })}
        </Notice>
      )}
      {byHand.some(({ problem }) => problem !== null) && (
        <Notice intent="warning">
          {t('activation:invited.notMailed')}{' '}
          <span lang="en">{byHand.find(({ problem }) => problem !== null)?.problem}</span>
        </Notice>
      )}
      {byHand.length > 0 && (
        <Notice intent="info" title={t('activation:invited.title')}>
          {t('activation:invited.text')}
          <Facts
            facts={byHand.map(({ name, mobile, link }) => ({
              name: `${name} (${mobile})`,
              value: <Copyable text={link!} />,
            }))}
          />
        </Notice>
      )}
      {remaining > 0 && (
        <Notice intent="warning">
          {t('activation:invited.remaining', { count: remaining, number: format.number(remaining) })}
        </Notice>
      )}
    </>
  )
}
