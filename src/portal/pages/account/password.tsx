import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useSession } from '../../api/session.ts'
import { Form, Section, TextField } from '../../components/form.tsx'
import { NewPassword } from '../../components/new-password.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'

export function Password() {
  const { t } = useTranslation('account')
  const { user } = useSession()
  const notify = useNotify()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState<string | null>(null)
  // A new key empties the fields once the password is set.
  const [round, setRound] = useState(0)
  const change = useChange('changePassword', {
    stale: ['listSessions', 'readSession'],
    onSuccess: () => {
      setCurrent('')
      setNext(null)
      setRound((before) => before + 1)
      notify({ title: t('account:password.done') })
    },
  })
  const save = () => {
    if (next !== null) change.mutate({ body: user.hasPassword ? { current, next } : { next } })
  }
  return (
    <Section title={t('account:password.title')} text={t('account:password.text')}>
      <Form key={round} onSubmit={save}>
        <ErrorNotice error={change.error} />
        {user.hasPassword && (
          <TextField
            label={t('account:password.current')}
            type="password"
            value={current}
            onChange={setCurrent}
            autoComplete="current-password"
            required
          />
        )}
        <NewPassword onChange={setNext} />
        <div>
          <Button
            type="submit"
            disabled={next === null || (user.hasPassword && current === '')}
            disabledFocusable={change.isPending}
          >
            {t('account:password.submit')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}
