import { Field, Input, makeStyles, Select, Textarea, tokens } from '@fluentui/react-components'
import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react'

const useStyles = makeStyles({
  // A choice with long words must not make the column wider than a phone.
  form: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalL,
    maxWidth: '560px',
  },
  select: { minWidth: 0 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  section: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    alignContent: 'start',
    padding: tokens.spacingHorizontalL,
    marginBottom: tokens.spacingVerticalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    minWidth: 0,
  },
  heading: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  text: { margin: 0, color: tokens.colorNeutralForeground2, maxWidth: '72ch' },
})

interface FieldProps {
  readonly label: string
  readonly hint?: string
  /** Said under the field, in red and to screen readers. */
  readonly problem?: string
  readonly required?: boolean
}

export function TextField(
  props: FieldProps & {
    value: string
    onChange: (value: string) => void
    type?: 'text' | 'password' | 'email' | 'number' | 'search' | 'date' | 'datetime-local'
    autoComplete?: HTMLInputAutoCompleteAttribute
    inputMode?: 'numeric' | 'text'
    maxLength?: number
    lines?: number
    autoFocus?: boolean
    readOnly?: boolean
  },
) {
  const {
    label,
    hint,
    problem,
    required = false,
    value,
    onChange,
    lines,
    type = 'text',
    autoFocus,
    ...input
  } = props
  // Dialogs and one-field pages begin where one types; ref instead of autofocus, which screen readers miss.
  const focus = autoFocus ? (element: HTMLElement | null) => element?.focus() : undefined
  return (
    <Field label={label} hint={hint} required={required} validationMessage={problem}>
      {lines === undefined ? (
        <Input
          {...input}
          ref={focus}
          type={type}
          value={value}
          onChange={(_, data) => onChange(data.value)}
        />
      ) : (
        <Textarea
          maxLength={input.maxLength}
          readOnly={input.readOnly}
          ref={focus}
          rows={lines}
          resize="vertical"
          value={value}
          onChange={(_, data) => onChange(data.value)}
        />
      )}
    </Field>
  )
}

export interface Choice<Value extends string> {
  readonly value: Value
  readonly label: string
}

export function ChoiceField<Value extends string>(
  props: FieldProps & { value: Value; onChange: (value: Value) => void; choices: readonly Choice<Value>[] },
) {
  const { label, hint, problem, required = false, value, onChange, choices } = props
  const styles = useStyles()
  return (
    <Field label={label} hint={hint} required={required} validationMessage={problem}>
      <Select className={styles.select} value={value} onChange={(_, data) => onChange(data.value as Value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  )
}

/** A form of the page: Enter sends. */
export function Form({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  const styles = useStyles()
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  )
}

export function Buttons({ children }: { children: ReactNode }) {
  return <div className={useStyles().buttons}>{children}</div>
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  text,
  children,
}: {
  title: string
  text?: ReactNode
  children?: ReactNode
}) {
  const styles = useStyles()
  return (
    <section className={styles.section}>
      <h2 className={styles.heading}>{title}</h2>
      {text && <p className={styles.text}>{text}</p>}
      {children}
    </section>
  )
}
