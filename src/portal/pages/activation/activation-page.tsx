import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { useChange } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Notice, Waiting } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { speak } from '../../i18n/start.ts'
import { AnswerForm } from './answer-form.tsx'
import { Frame } from './frame.tsx'
import type { Page } from './labels.ts'
import { NoticeText } from './notice-text.tsx'
import { PersonalForm } from './personal-form.tsx'
import { Steps } from './steps.tsx'

/** Codes of linked devices change every twenty seconds or so. */
const codeMs = 20_000

/** Where an invitation leads. */
export function ActivationPage() {
  const { t } = useTranslation('activation')
  const [token] = useState(takeToken)
  const [isDone, setDone] = useState(false)
  const page = useQuery<Page>({
    queryKey: ['checkActivation', token],
    enabled: token !== '' && !isDone,
    retry: false,
    refetchInterval: ({ state }) => (state.data && waitsForCode(state.data) ? codeMs : false),
    queryFn: ({ signal }) => call('checkActivation', { body: { token } }, { signal }),
  })
  useInvitationLanguage(page.data)
  const title = isDone ? t('activation:done.title') : t('activation:page.title')
  if (isDone)
    return (
      <Frame title={title}>
        <Notice intent="success">{t('activation:done.text')}</Notice>
      </Frame>
    )
  if (page.data) return <Invited token={token} page={page.data} onDone={() => setDone(true)} />
  return (
    <Frame title={title}>
      {token === '' ? (
        <Notice intent="warning">{t('activation:page.noToken')}</Notice>
      ) : page.error ? (
        <Failed error={page.error} />
      ) : (
        <Waiting />
      )}
    </Frame>
  )
}

function waitsForCode({ answers, ways }: Page): boolean {
  return answers.capture === 'given' && ways.some(({ way }) => way === 'whatsapp-linked-device')
}

/** The language he was invited in, until he chooses another. */
function useInvitationLanguage(page: Page | undefined): void {
  const language = page?.language
  useEffect(() => {
    if (language) void speak(language)
  }, [language])
}

let taken = ''

/** Kept outside the component: strict mode asks twice, and the address holds it only the first time. */
function takeToken(): string {
  if (location.hash.length > 1) {
    taken = decodeURIComponent(location.hash.slice(1))
    history.replaceState(history.state, '', location.pathname)
  }
  return taken
}

function Failed({ error }: { error: unknown }) {
  const { t } = useTranslation('activation')
  const isOfLink =
    error instanceof RequestRefused && (error.code === 'link-refused' || error.code === 'bad-request')
  if (!isOfLink) return <ErrorNotice error={error} />
  return <Notice intent="warning">{t('activation:page.refused')}</Notice>
}

function Invited({ token, page, onDone }: { token: string; page: Page; onDone: () => void }) {
  const { t } = useTranslation('activation')
  const [changing, setChanging] = useState(false)
  const answered = page.answers.capture !== null && !changing
  const lead = t('activation:page.lead', { name: page.name, account: page.account })
  return (
    <Frame title={t('activation:page.title')} lead={lead}>
      {answered ? (
        <Answered token={token} page={page} onChange={() => setChanging(true)} onDone={onDone} />
      ) : (
        <>
          <NoticeText page={page} />
          <AnswerForm token={token} page={page} onAnswered={() => setChanging(false)} />
        </>
      )}
      <p>
        {t('activation:page.expires')} <Time of={page.expiresAt} />
      </p>
    </Frame>
  )
}

function Answered(props: { token: string; page: Page; onChange: () => void; onDone: () => void }) {
  const { token, page, onChange, onDone } = props
  const { t } = useTranslation('activation')
  const finish = useChange('finishActivation', { onSuccess: onDone })
  const given = page.answers.capture === 'given'
  return (
    <>
      <Section title={t('activation:answer.title')}>
        <Notice intent={given ? 'success' : 'info'}>
          {given ? t('activation:answer.given') : t('activation:answer.refused')}
        </Notice>
        <span>
          {page.answers.crossBorder === 'given'
            ? t('activation:answer.abroadGiven')
            : t('activation:answer.abroadRefused')}
        </span>
        <Buttons>
          <Button onClick={onChange}>{t('activation:answer.change')}</Button>
        </Buttons>
      </Section>
      {given && page.ways.length > 0 && <Steps token={token} ways={page.ways} />}
      {given && <PersonalForm token={token} />}
      <ErrorNotice error={finish.error} />
      <Buttons>
        <Button
          appearance="primary"
          size="large"
          disabledFocusable={finish.isPending}
          onClick={() => finish.mutate({ body: { token } })}
        >
          {t('activation:done.finish')}
        </Button>
      </Buttons>
    </>
  )
}
