import { useTranslation } from 'react-i18next'
import { TextField } from './form.tsx'

/** Six digits of an authenticator app; spaces that were copied with them are dropped. */
export function CodeField({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const { t } = useTranslation('general')
  return (
    <TextField
      label={t('general:code.label')}
      hint={t('general:code.hint')}
      value={value}
      onChange={(text) => onChange(text.replace(/\D/g, '').slice(0, 6))}
      autoComplete="one-time-code"
      inputMode="numeric"
      autoFocus
      required
    />
  )
}
