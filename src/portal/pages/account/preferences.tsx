import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { languages, themes } from '../../../api/endpoints/session.ts'
import { useChange } from '../../api/calls.ts'
import { useSession, useTakeSession } from '../../api/session.ts'
import { ChoiceField, Form, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { type Language, languageNames } from '../../i18n/languages.ts'
import { themeLabels } from '../../i18n/theme-labels.ts'

export function Preferences() {
  const { t } = useTranslation(['account', 'general'])
  const { user } = useSession()
  const take = useTakeSession()
  const notify = useNotify()
  const [name, setName] = useState(user.name)
  const [email, setEmail] = useState(user.email ?? '')
  const [language, setLanguage] = useState<Language | ''>(user.language ?? '')
  const [timeZone, setTimeZone] = useState(user.timeZone ?? '')
  const [theme, setTheme] = useState(user.theme)
  const change = useChange('changePreferences', {
    onSuccess: (session) => {
      take(session)
      notify({ title: t('general:saved') })
    },
  })
  const save = () =>
    change.mutate({
      body: { name, email: email || null, language: language || null, timeZone: timeZone || null, theme },
    })
  return (
    <Section title={t('account:preferences.title')}>
      <Form onSubmit={save}>
        <ErrorNotice error={change.error} />
        <TextField label={t('account:name')} value={name} onChange={setName} autoComplete="name" required />
        <TextField
          label={t('account:email')}
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="email"
        />
        <ChoiceField
          label={t('general:language')}
          value={language}
          onChange={setLanguage}
          choices={[
            { value: '', label: t('account:browserLanguage') },
            ...languages.map((value) => ({ value, label: languageNames[value] })),
          ]}
        />
        <ChoiceField
          label={t('account:timeZone')}
          hint={t('account:timeZoneHint')}
          value={timeZone}
          onChange={setTimeZone}
          choices={[
            { value: '', label: t('account:browserTimeZone') },
            ...['UTC', ...Intl.supportedValuesOf('timeZone')].map((value) => ({ value, label: value })),
          ]}
        />
        <ChoiceField
          label={t('general:theme.label')}
          value={theme}
          onChange={setTheme}
          choices={themes.map((value) => ({ value, label: t(themeLabels[value]) }))}
        />
        <div>
          <Button type="submit" appearance="primary" disabledFocusable={change.isPending}>
            {t('general:action.save')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}
