import { Field, Input } from '@fluentui/react-components'
import { useId, useState } from 'react'
import { useCall } from '../../api/calls.ts'

/** An address of the directory: typed, or chosen of those it suggests. */
export function MailboxField(props: {
  label: string
  hint?: string
  problem?: string
  value: string
  onChange: (address: string) => void
  required?: boolean
}) {
  const { label, hint, problem, value, onChange, required = false } = props
  const id = useId()
  const [asked, setAsked] = useState(false)
  // Read once, when somebody comes to choose: each look at the directory is a line of the audit log.
  const mailboxes = useCall(
    'listMailboxes',
    { query: { limit: 500, active: 'true' } },
    { enabled: asked, staleTime: Number.POSITIVE_INFINITY },
  )
  return (
    <Field label={label} hint={hint} validationMessage={problem} required={required}>
      <Input
        type="email"
        list={id}
        autoComplete="off"
        value={value}
        maxLength={254}
        onFocus={() => setAsked(true)}
        onChange={(_, data) => onChange(data.value)}
        contentAfter={
          <datalist id={id}>
            {mailboxes.data?.items.map(({ address, name }) => (
              <option key={address} value={address}>
                {name}
              </option>
            ))}
          </datalist>
        }
      />
    </Field>
  )
}
