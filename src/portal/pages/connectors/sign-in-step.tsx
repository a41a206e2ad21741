import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { announce } from '../../components/announce.ts'
import { TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import type { Draft } from './draft.ts'
import { typeLabels } from './labels.ts'
import { StepFrame } from './step-frame.tsx'
import type { OpenDraft, StepProps } from './use-draft.ts'
import { fieldsOf, type Typed } from './use-typed.ts'

const useStyles = makeStyles({
  fields: { display: 'grid', gap: tokens.spacingVerticalL, maxWidth: '560px' },
})

const own = ['name', 'siteUrl', 'username', 'password'] as const

export function SignInStep({ draft, open, go }: StepProps) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const trial = useTrial(draft, open)
  const { name, siteUrl, username, password } = trial.fields
  const type = (change: Typed) => {
    trial.setError(null)
    open.typing.type(change)
  }
  const credentials = siteUrl !== '' && username !== '' && (password !== '' || draft.hasPassword)
  const filled = credentials && name.trim() !== ''
  const next = async () => {
    const tried = trial.answer === null ? await trial.run() : draft
    if (tried?.signIn && (await open.save({ step: 'mapping' }, own))) go('mapping')
  }
  const back = () => {
    // What cannot be saved now stays in the fields.
    void open.save({}, own)
    go('terms')
  }
  return (
    <StepFrame
      title={t('connectors:step.signIn')}
      text={t('connectors:signIn.text')}
      open={open}
      next={t('connectors:wizard.next')}
      nextDisabled={!filled}
      onNext={() => void next()}
      onBack={back}
    >
      <div className={styles.fields}>
        <TextField
          label={t('connectors:signIn.name')}
          hint={t('connectors:signIn.nameHint', { name: t(typeLabels[draft.type]) })}
          value={name}
          onChange={(value) => type({ name: value })}
          maxLength={100}
          required
        />
        <SiteFields kept={draft.hasPassword && trial.error === null} fields={trial.fields} onType={type} />
        <div>
          <Button
            disabled={!credentials}
            disabledFocusable={credentials && open.pending}
            onClick={() => !open.pending && void trial.run()}
          >
            {t('connectors:signIn.test')}
          </Button>
        </div>
        <ErrorNotice error={trial.error} />
        {trial.answer && (
          <Notice intent="success">
            {t('connectors:signIn.works', { account: trial.answer.account })}{' '}
            <Time of={trial.answer.triedAt} show="ago" />
          </Notice>
        )}
      </div>
    </StepFrame>
  )
}

function SiteFields(props: {
  /** A password is kept that the site has not refused. */
  kept: boolean
  fields: ReturnType<typeof fieldsOf>
  onType: (change: Typed) => void
}) {
  const { kept, fields, onType } = props
  const { t } = useTranslation('connectors')
  return (
    <>
      <TextField
        label={t('connectors:signIn.site')}
        hint={t('connectors:signIn.siteHint')}
        value={fields.siteUrl}
        onChange={(siteUrl) => onType({ siteUrl })}
        maxLength={500}
        required
      />
      <TextField
        label={t('connectors:signIn.username')}
        value={fields.username}
        onChange={(username) => onType({ username })}
        maxLength={200}
        autoComplete="off"
        required
      />
      <TextField
        label={t('connectors:signIn.password')}
        hint={kept ? t('connectors:signIn.passwordKept') : t('connectors:signIn.passwordHint')}
        type="password"
        value={fields.password}
        onChange={(password) => onType({ password })}
        autoComplete="off"
        required={!kept}
      />
    </>
  )
}

/** Trying the user name and password at the site; what it answered counts only for what is in the fields now. */
function useTrial(draft: Draft, open: OpenDraft) {
  const { t } = useTranslation('connectors')
  const [error, setError] = useState<unknown>(null)
  const fields = fieldsOf(draft, open.typing.typed)
  const same =
    fields.siteUrl === draft.siteUrl && fields.username === draft.username && fields.password === ''
  const run = async () => {
    setError(null)
    if ((await open.save({}, own)) === null) return null
    const answer = await open.inTurn(async () => {
      try {
        return await call('testDraftSignIn', { params: { id: draft.id } })
      } catch (refused) {
        setError(refused)
        return null
      }
    })
    if (answer === null) return null
    open.take(answer)
    announce(t('connectors:signIn.works', { account: answer.signIn?.account ?? '' }))
    return answer
  }
  return { fields, answer: same && error === null ? draft.signIn : null, error, setError, run }
}
