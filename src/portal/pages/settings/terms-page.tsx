import { Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Facts } from '../../components/facts.tsx'
import { Section, TextField } from '../../components/form.tsx'
import { SettingsForm } from './settings-form.tsx'
import { type Settings, SettingsPage } from './settings-frame.tsx'

export function TermsPage() {
  return <SettingsPage>{(settings) => <Terms settings={settings} />}</SettingsPage>
}

/** What is to be accepted before a connector is added. */
function Terms({ settings }: { settings: Settings }) {
  const { t } = useTranslation('settings')
  const { version, text: current } = settings.terms
  const [own, setOwn] = useState(current !== null)
  const [text, setText] = useState(current ?? '')
  return (
    <Section title={t('settings:terms.title')} text={t('settings:terms.text')}>
      <Facts facts={[{ name: t('settings:terms.version'), value: <code>{version}</code> }]} />
      <SettingsForm
        change={() => ({ termsText: own ? text.trim() : null })}
        disabled={own && text.trim() === ''}
      >
        <RadioGroup
          aria-label={t('settings:terms.which')}
          value={own ? 'own' : 'standard'}
          onChange={(_, { value }) => setOwn(value === 'own')}
        >
          <Radio value="standard" label={t('settings:terms.standard')} />
          <Radio value="own" label={t('settings:terms.own')} />
        </RadioGroup>
        {own && (
          <TextField
            label={t('settings:terms.ownText')}
            hint={t('settings:terms.ownHint')}
            value={text}
            onChange={setText}
            maxLength={100_000}
            lines={16}
            required
          />
        )}
      </SettingsForm>
    </Section>
  )
}
