import { Button, makeStyles, SearchBox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { Buttons, type Choice, ChoiceField, Section } from '../../../components/form.tsx'
import { ErrorNotice } from '../../../components/notices.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { type Language, languageNames } from '../../../i18n/languages.ts'
import { type Act, ActDialog } from './act-dialogs.tsx'
import { InvitedLinks } from './invited-links.tsx'
import type { Activations, UserActivation } from './labels.ts'
import { UserTable } from './user-table.tsx'

const useStyles = makeStyles({ find: { flex: '1 1 240px', maxWidth: '400px', minWidth: 0 } })

/** More are found by typing: a table of thousands is read by nobody. */
const shownMax = 500

export function InvitedUsers({ accountId, activations }: { accountId: number; activations: Activations }) {
  const { t } = useTranslation('activation')
  const styles = useStyles()
  const format = useFormat()
  const { users, mails } = activations
  const [find, setFind] = useState('')
  const [language, setLanguage] = useState<Language | ''>('')
  const [act, setAct] = useState<{ act: Act; user: UserActivation } | null>(null)
  const invite = useChange('inviteUsers', { stale: ['listActivations'] })
  const send = (asked: number[] | 'all', byHand = false) =>
    invite.mutate({
      params: { id: accountId },
      body: { users: asked, byHand, ...(language === '' ? {} : { language }) },
    })
  const found = matching(users, find)
  const more = found.length - shownMax
  return (
    <Section
      title={t('activation:users.title')}
      text={mails ? t('activation:users.mailText') : t('activation:users.handText')}
    >
      <LanguageChoice value={language} onChange={setLanguage} />
      <Buttons>
        <SearchBox
          className={styles.find}
          aria-label={t('activation:users.find')}
          placeholder={t('activation:users.find')}
          value={find}
          onChange={(_, data) => setFind(data.value)}
        />
        <Button
          appearance="primary"
          disabled={users.length === 0}
          disabledFocusable={invite.isPending}
          onClick={() => send('all')}
        >
          {t('activation:users.inviteAll')}
        </Button>
      </Buttons>
      <ErrorNotice error={invite.error} />
      {invite.data && <InvitedLinks answer={invite.data} />}
      <UserTable
        users={found.slice(0, shownMax)}
        mails={mails}
        busy={invite.isPending}
        onInvite={(user, byHand) => send([user.userId], byHand)}
        onAct={(wanted, user) => setAct({ act: wanted, user })}
      />
      {more > 0 && <span>{t('activation:users.more', { count: more, number: format.number(more) })}</span>}
      {act && <ActDialog {...act} accountId={accountId} onClose={() => setAct(null)} />}
    </Section>
  )
}

function LanguageChoice(props: { value: Language | ''; onChange: (language: Language | '') => void }) {
  const { t } = useTranslation('activation')
  const names: Choice<Language | ''>[] = Object.entries(languageNames).map(([value, label]) => ({
    value: value as Language,
    label,
  }))
  return (
    <ChoiceField<Language | ''>
      {...props}
      label={t('activation:users.language')}
      choices={[{ value: '', label: t('activation:users.ownLanguage') }, ...names]}
    />
  )
}

function matching(users: readonly UserActivation[], find: string): readonly UserActivation[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return users
  return users.filter(({ name, mobile, email }) => {
    const text = `${name} ${mobile} ${email}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
