import { useTranslation } from 'react-i18next'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { ApplicationFields } from './application-fields.tsx'
import { type Fields, keepsSecret, withTls } from './destination-form.ts'
import { type Destination, kindHints, kindLabels, loginLabels, tlsLabels } from './labels.ts'
import { readMailboxPasswords } from './mailbox-passwords.ts'
import { PemField } from './pem-field.tsx'
import { useChoices } from './use-choices.ts'

export interface FieldsProps {
  readonly fields: Fields
  readonly onChange: (fields: Fields) => void
  /** The destination that is changed; null for a new one. */
  readonly kept: Destination | null
}

/** The form of the kind that is chosen. */
export function DestinationFields(props: FieldsProps) {
  const { fields, kept } = props
  return (
    <>
      {kept === null && <NameAndKind {...props} />}
      {fields.kind === 'exchange-online' && <ExchangeFields {...props} />}
      {fields.kind === 'imap' && <ImapFields {...props} />}
      {fields.kind === 'smtp-journal' && <JournalFields {...props} />}
    </>
  )
}

function useSetters({ fields, onChange }: FieldsProps) {
  return (name: keyof Fields) => (text: string) => onChange({ ...fields, [name]: text })
}

function NameAndKind(props: FieldsProps) {
  const { fields, onChange } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  return (
    <>
      <ChoiceField
        label={t('delivery:field.kind')}
        hint={t(kindHints[fields.kind])}
        value={fields.kind}
        onChange={(kind) => onChange({ ...fields, kind })}
        choices={useChoices(kindLabels)}
      />
      <TextField
        label={t('delivery:field.name')}
        hint={t('delivery:field.nameHint')}
        value={fields.name}
        onChange={set('name')}
        maxLength={100}
        required
      />
    </>
  )
}

function ExchangeFields({ fields, kept, onChange }: FieldsProps) {
  return (
    <ApplicationFields
      fields={fields}
      onChange={(application) => onChange({ ...fields, ...application })}
      keepsSecret={keepsSecret(fields, kept)}
    />
  )
}

function ServerFields(props: FieldsProps) {
  const { fields, onChange } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  return (
    <>
      <TextField
        label={t('delivery:field.host')}
        value={fields.host}
        onChange={set('host')}
        maxLength={253}
        autoComplete="off"
        required
      />
      <ChoiceField
        label={t('delivery:field.tls')}
        value={fields.tls}
        onChange={(tls) => onChange(withTls(fields, tls))}
        choices={useChoices(tlsLabels)}
      />
      <TextField
        label={t('delivery:field.port')}
        value={fields.port}
        onChange={set('port')}
        inputMode="numeric"
        maxLength={5}
        required
      />
      {fields.tls !== 'none-loopback-only' && (
        <PemField
          label={t('delivery:field.authority')}
          hint={t('delivery:field.authorityHint')}
          value={fields.certificateAuthority}
          onChange={set('certificateAuthority')}
        />
      )}
    </>
  )
}

function ImapFields(props: FieldsProps) {
  const { fields } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  return (
    <>
      <ServerFields {...props} />
      <ChoiceField
        label={t('delivery:field.login')}
        value={fields.login}
        onChange={set('login')}
        choices={useChoices(loginLabels)}
      />
      <ImapLogin {...props} />
      <TextField
        label={t('delivery:field.folderPrefix')}
        hint={t('delivery:field.folderPrefixHint')}
        value={fields.folderPrefix}
        onChange={set('folderPrefix')}
        maxLength={200}
      />
      <TextField
        label={t('delivery:field.connections')}
        hint={t('delivery:field.connectionsHint')}
        value={fields.connections}
        onChange={set('connections')}
        inputMode="numeric"
        maxLength={2}
        required
      />
    </>
  )
}

function ImapLogin(props: FieldsProps) {
  const { fields } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  const text = (name: keyof Fields, label: string, hint?: string) => (
    <TextField
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={fields[name]}
      onChange={set(name)}
      maxLength={500}
      autoComplete="off"
      required
    />
  )
  switch (fields.login) {
    case 'master-user':
      return (
        <>
          {text('masterUser', t('delivery:field.masterUser'), t('delivery:field.masterUserHint'))}
          <SecretField {...props} name="password" label={t('delivery:field.password')} />
        </>
      )
    case 'own-passwords':
      return <PasswordRows {...props} />
    case 'oauth-secret':
      return (
        <>
          {text('tokenAddress', t('delivery:field.tokenAddress'), t('delivery:field.tokenAddressHint'))}
          {text('clientId', t('delivery:field.client'))}
          {text('scope', t('delivery:field.scope'))}
          <SecretField {...props} name="clientSecret" label={t('delivery:field.clientSecret')} />
        </>
      )
    case 'oauth-token':
      return <SecretField {...props} name="accessToken" label={t('delivery:field.accessToken')} />
  }
}

function PasswordRows(props: FieldsProps) {
  const { fields, kept } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  const hint = useSecretHint(props, t('delivery:field.passwordsHint'))
  const [row] = readMailboxPasswords(fields.passwords).wrongRows
  return (
    <TextField
      label={t('delivery:field.passwords')}
      hint={hint}
      {...(row === undefined ? {} : { problem: t('delivery:field.passwordsProblem', { row }) })}
      value={fields.passwords}
      onChange={set('passwords')}
      lines={5}
      required={!keepsSecret(fields, kept)}
    />
  )
}

function JournalFields(props: FieldsProps) {
  const { fields } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  return (
    <>
      <ServerFields {...props} />
      <TextField
        label={t('delivery:field.to')}
        hint={t('delivery:field.toHint')}
        type="email"
        value={fields.to}
        onChange={set('to')}
        maxLength={254}
        autoComplete="off"
        required
      />
      <TextField
        label={t('delivery:field.from')}
        hint={t('delivery:field.fromHint')}
        type="email"
        value={fields.from}
        onChange={set('from')}
        maxLength={254}
        autoComplete="off"
        required
      />
      <TextField
        label={t('delivery:field.user')}
        hint={t('delivery:field.userHint')}
        value={fields.user}
        onChange={set('user')}
        maxLength={320}
        autoComplete="off"
      />
      {fields.user.trim() !== '' && (
        <SecretField {...props} name="password" label={t('delivery:field.password')} />
      )}
    </>
  )
}

function SecretField(
  props: FieldsProps & { name: 'password' | 'clientSecret' | 'accessToken'; label: string },
) {
  const { fields, kept, name, label } = props
  const { t } = useTranslation('delivery')
  const set = useSetters(props)
  return (
    <TextField
      label={label}
      hint={useSecretHint(props, t('delivery:field.secretHint'))}
      type="password"
      value={fields[name]}
      onChange={set(name)}
      maxLength={10_000}
      autoComplete="off"
      required={!keepsSecret(fields, kept)}
    />
  )
}

/** A secret that is kept is never shown; an empty field goes on with it. */
function useSecretHint({ fields, kept }: FieldsProps, hint: string): string {
  const { t } = useTranslation('delivery')
  return keepsSecret(fields, kept) ? t('delivery:field.secretKept') : hint
}
