import { useTranslation } from 'react-i18next'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { type ApplicationFields as Fields, isBrokenCertificate } from './application-form.ts'
import { cloudLabels, credentialLabels } from './labels.ts'
import { PemField } from './pem-field.tsx'
import { useChoices } from './use-choices.ts'

export interface ApplicationProps {
  readonly fields: Fields
  readonly onChange: (fields: Fields) => void
  /** A secret is kept that goes with what the fields say. */
  readonly keepsSecret: boolean
}

/** The cloud, the application in it, and how it proves who it is. */
export function ApplicationFields(props: ApplicationProps) {
  const { fields, onChange } = props
  const { t } = useTranslation('delivery')
  const set = (name: keyof Fields) => (text: string) => onChange({ ...fields, [name]: text })
  return (
    <>
      <ChoiceField
        label={t('delivery:field.cloud')}
        hint={t('delivery:field.cloudHint')}
        value={fields.cloud}
        onChange={set('cloud')}
        choices={useChoices(cloudLabels)}
      />
      <TextField
        label={t('delivery:field.tenant')}
        hint={t('delivery:field.tenantHint')}
        value={fields.tenantId}
        onChange={set('tenantId')}
        maxLength={254}
        autoComplete="off"
        required
      />
      <TextField
        label={t('delivery:field.client')}
        hint={t('delivery:field.clientHint')}
        value={fields.clientId}
        onChange={set('clientId')}
        maxLength={36}
        autoComplete="off"
        required
      />
      <ChoiceField
        label={t('delivery:field.credential')}
        value={fields.credential}
        onChange={set('credential')}
        choices={useChoices(credentialLabels)}
      />
      <Proof {...props} set={set} />
    </>
  )
}

function Proof(props: ApplicationProps & { set: (name: keyof Fields) => (text: string) => void }) {
  const { fields, keepsSecret, set } = props
  const { t } = useTranslation('delivery')
  const hintOf = (hint: string) => (keepsSecret ? t('delivery:field.secretKept') : hint)
  if (fields.credential === 'managed-identity') return null
  if (fields.credential === 'secret')
    return (
      <TextField
        label={t('delivery:field.clientSecret')}
        hint={hintOf(t('delivery:field.secretHint'))}
        type="password"
        value={fields.clientSecret}
        onChange={set('clientSecret')}
        maxLength={1_000}
        autoComplete="off"
        required={!keepsSecret}
      />
    )
  return (
    <PemField
      label={t('delivery:field.certificate')}
      hint={hintOf(t('delivery:field.certificateHint'))}
      {...(isBrokenCertificate(fields) ? { problem: t('delivery:field.certificateProblem') } : {})}
      value={fields.certificate}
      onChange={set('certificate')}
      required={!keepsSecret}
    />
  )
}
