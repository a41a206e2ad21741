import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { announce } from '../../components/announce.ts'
import { Buttons, Form, Section, TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { typeLabels } from './labels.ts'
import type { StepProps } from './wizard-page.tsx'

export function SignInStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation('connectors')
  const [name, setName] = useState(draft.name || t(typeLabels[draft.type]))
  const [siteUrl, setSiteUrl] = useState(draft.siteUrl || `${location.origin}/site`)
  const [username, setUsername] = useState(draft.username)
  const [password, setPassword] = useState('')
  const typed = () => ({ name, siteUrl, username, ...(password === '' ? {} : { password }) })
  const saveTyped = () => open.save(typed())
  const filled =
    name.trim() !== '' && siteUrl !== '' && username !== '' && (password !== '' || draft.hasPassword)
  // A trial counts only for what is in the fields now.
  const tried =
    draft.siteUrl === siteUrl && draft.username === username && password === '' ? draft.signIn : null
  const test = async () => {
    const saved = await saveTyped()
    if (saved === null) return null
    setPassword('')
    const answer = await open.inTurn(() => call('testDraftSignIn', { params: { id: draft.id } }))
    if (answer === null) return null
    open.take(answer)
    announce(t('connectors:signIn.works', { account: answer.signIn?.account ?? '' }))
    return answer
  }
  const next = async () => {
    if (!filled || open.pending) return
    const trial = tried === null ? await test() : await saveTyped()
    if (trial?.signIn && (await open.save({ step: 'mapping' }))) go('mapping')
  }
  const back = async () => {
    await saveTyped()
    go('terms')
  }
  return (
    <Section title={t('connectors:step.signIn')} text={t('connectors:signIn.text')}>
      <Form onSubmit={() => void next()}>
        <TextField
          label={t('connectors:signIn.name')}
          hint={t('connectors:signIn.nameHint')}
          value={name}
          onChange={setName}
          maxLength={100}
          required
        />
        <TextField
          label={t('connectors:signIn.site')}
          hint={t('connectors:signIn.siteHint')}
          value={siteUrl}
          onChange={setSiteUrl}
          required
        />
        <TextField
          label={t('connectors:signIn.username')}
          value={username}
          onChange={setUsername}
          autoComplete="off"
          required
        />
        <TextField
          label={t('connectors:signIn.password')}
          hint={draft.hasPassword ? t('connectors:signIn.passwordKept') : t('connectors:signIn.passwordHint')}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="off"
          required={!draft.hasPassword}
        />
        <Buttons>
          <Button disabled={!filled} disabledFocusable={open.pending} onClick={() => void test()}>
            {t('connectors:signIn.test')}
          </Button>
        </Buttons>
        {tried && (
          <Notice intent="success">
            {t('connectors:signIn.works', { account: tried.account })} <Time of={tried.triedAt} show="ago" />
          </Notice>
        )}
        <Buttons>
          <Button type="submit" appearance="primary" disabled={!filled} disabledFocusable={open.pending}>
            {t('connectors:wizard.next')}
          </Button>
          <Button onClick={() => void back()}>{t('connectors:wizard.back')}</Button>
        </Buttons>
      </Form>
    </Section>
  )
}
