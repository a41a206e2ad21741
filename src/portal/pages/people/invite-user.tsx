import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Copyable } from '../../components/copyable.tsx'
import { FormDialog, SidePanel } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'

type Link = Answer<'createUserLink'>

/** Who is to come, then the link by which he does. */
export function InviteUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people')
  const [username, setUsername] = useState('')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const create = useChange('createUser', { stale: ['listUsers'] })
  if (create.data) {
    const { user, link } = create.data
    return (
      <LinkPanel title={t('people:invite.done', { name: user.name })} link={link} onClose={onClose}>
        <p>
          {t('people:invite.next')}{' '}
          <PageLink to={`/people/users/${user.id}`}>{t('people:invite.open', { name: user.name })}</PageLink>
        </p>
      </LinkPanel>
    )
  }
  const problem = username !== '' && !usernamePattern.test(username.trim().toLowerCase())
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('people:invite.title')}
      submit={t('people:invite.submit')}
      onSubmit={() => create.mutate({ body: { username, name, email: email.trim() || null } })}
      pending={create.isPending}
      disabled={name.trim() === '' || username === '' || problem}
      error={create.error}
    >
      <span>{t('people:invite.text')}</span>
      <TextField
        label={t('people:user.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        required
      />
      <TextField
        label={t('people:user.username')}
        hint={t('people:invite.usernameHint')}
        problem={problem ? t('people:invite.usernameProblem') : undefined}
        value={username}
        onChange={setUsername}
        maxLength={100}
        autoComplete="off"
        required
      />
      <TextField
        label={t('people:user.email')}
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={254}
      />
    </FormDialog>
  )
}

/** As the contract has it. */
const usernamePattern = /^[a-z0-9][a-z0-9._@-]{1,99}$/

/** A one-time link, shown this once. */
export function LinkPanel(props: {
  title: string
  link: Link
  onClose: () => void
  children?: React.ReactNode
}) {
  const { title, link, onClose, children } = props
  const { t } = useTranslation(['people', 'general'])
  return (
    <SidePanel open onClose={onClose} title={title}>
      <Notice intent="warning" title={t('people:link.once')}>
        {t('people:link.send')}
      </Notice>
      <Copyable text={link.url} />
      <p>
        {t('people:link.until')} <Time of={link.expiresAt} />
      </p>
      {children}
      <div>
        <Button appearance="primary" onClick={onClose}>
          {t('general:action.close')}
        </Button>
      </div>
    </SidePanel>
  )
}
