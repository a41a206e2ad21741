import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { languages } from '../../../api/endpoints/session.ts'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Facts } from '../../components/facts.tsx'
import { ChoiceField, Section, TextField } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { languageNames } from '../../i18n/languages.ts'
import { SettingsForm } from './settings-form.tsx'
import { type Settings, SettingsPage } from './settings-frame.tsx'

export function OrganisationPage() {
  const may = useMay()
  return (
    <SettingsPage>
      {(settings) => (
        <>
          <Organisation settings={settings} />
          {may('readSystem') && <EmailDomain />}
        </>
      )}
    </SettingsPage>
  )
}

function Organisation({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const [organisation, setOrganisation] = useState(settings.organisation ?? '')
  const [standard, setStandard] = useState(settings.languages.standard)
  return (
    <Section title={t('settings:organisation.title')}>
      <SettingsForm change={() => ({ organisation: organisation.trim() || null, languages: { standard } })}>
        <TextField
          label={t('settings:organisation.name')}
          hint={t('settings:organisation.nameHint')}
          value={organisation}
          onChange={setOrganisation}
          maxLength={200}
          autoComplete="organization"
        />
        <ChoiceField
          label={t('settings:organisation.language')}
          hint={t('settings:organisation.languageHint')}
          value={standard}
          onChange={setStandard}
          choices={languages.map((value) => ({ value: value as string, label: languageNames[value] }))}
        />
      </SettingsForm>
    </Section>
  )
}

/** Chosen before the first start: it is part of every stored e-mail. */
function EmailDomain() {
  const { t } = useTranslation('settings')
  const system = useCall('readSystem', undefined)
  return (
    <Section title={t('settings:domain.title')} text={t('settings:domain.text')}>
      <Loaded call={system}>
        {({ emailDomain }) => (
          <Facts
            facts={[
              { name: t('settings:domain.name'), value: <code>{emailDomain}</code> },
              { name: t('settings:domain.set'), value: <code>HOLDFAST_EMAIL_DOMAIN</code> },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
