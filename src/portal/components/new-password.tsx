import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from './form.tsx'

/** The contract's least length. */
const passwordLengthMin = 12

/** A new password, twice; gives it to the form once it is long enough and both agree, else null. */
export function NewPassword({ onChange }: { onChange: (password: string | null) => void }) {
  const { t } = useTranslation('general')
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const tell = (one: string, other: string) =>
    onChange(one.length >= passwordLengthMin && one === other ? one : null)
  return (
    <>
      <TextField
        label={t('general:password.new')}
        hint={t('general:password.hint', { length: passwordLengthMin })}
        type="password"
        value={first}
        onChange={(value) => {
          setFirst(value)
          tell(value, second)
        }}
        autoComplete="new-password"
        required
      />
      <TextField
        label={t('general:password.repeat')}
        problem={second !== '' && second !== first ? t('general:password.differ') : undefined}
        type="password"
        value={second}
        onChange={(value) => {
          setSecond(value)
          tell(first, value)
        }}
        autoComplete="new-password"
        required
      />
    </>
  )
}
