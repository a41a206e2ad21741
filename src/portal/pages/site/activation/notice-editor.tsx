import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { FormDialog } from '../../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../../components/form.tsx'
import { type Language, languageNames } from '../../../i18n/languages.ts'
import type { Notice } from './labels.ts'

type Text = NonNullable<Notice['texts']['en']>
type Part = keyof Text

const parts: readonly { readonly part: Part; readonly label: string }[] = [
  { part: 'captured', label: 'activation:notice.captured' },
  { part: 'seenBy', label: 'activation:notice.seenBy' },
  { part: 'keeping', label: 'activation:notice.keeping' },
  { part: 'rights', label: 'activation:notice.rights' },
  { part: 'capture', label: 'activation:notices.capture' },
  { part: 'crossBorder', label: 'activation:notices.crossBorder' },
]

const noText: Text = { captured: '', seenBy: '', keeping: '', rights: '', capture: '', crossBorder: '' }
const choices = Object.entries(languageNames).map(([value, label]) => ({ value: value as Language, label }))

/** A new version, language by language. */
export function NoticeEditor(props: { accountId: number; newest: Notice; onClose: () => void }) {
  const { accountId, newest, onClose } = props
  const { t } = useTranslation('activation')
  const [language, setLanguage] = useState<Language>('en')
  const [texts, setTexts] = useState<Notice['texts']>(newest.texts)
  const publish = useChange('publishNotice', {
    stale: ['listNotices', 'listActivations'],
    onSuccess: onClose,
  })
  const text = texts[language] ?? noText
  const kept = withoutEmpty(texts)
  const whole = Object.values(kept).every((one) => parts.every(({ part }) => one[part].trim() !== ''))
  const send = () =>
    publish.mutate({ params: { id: accountId }, body: { after: newest.version, texts: kept } })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('activation:notices.write')}
      submit={t('activation:notices.publish')}
      onSubmit={send}
      pending={publish.isPending}
      disabled={!whole || Object.keys(kept).length === 0}
      error={publish.error}
    >
      <ChoiceField
        label={t('activation:notices.language')}
        hint={t('activation:notices.leaveOut')}
        value={language}
        onChange={setLanguage}
        choices={choices}
      />
      {parts.map(({ part, label }) => (
        <TextField
          key={`${language} ${part}`}
          label={t(label)}
          value={text[part]}
          onChange={(value) => setTexts({ ...texts, [language]: { ...text, [part]: value } })}
          lines={part === 'captured' || part === 'rights' ? 5 : 3}
          maxLength={4000}
        />
      ))}
    </FormDialog>
  )
}

function withoutEmpty(texts: Notice['texts']): Notice['texts'] {
  const kept = Object.entries(texts).filter(([, one]) => parts.some(({ part }) => one[part].trim() !== ''))
  return Object.fromEntries(kept)
}
