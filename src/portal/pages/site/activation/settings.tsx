import { Button, Checkbox, Field, Switch } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { metaSignupAddress } from '../../../../domain/activation.ts'
import { useChange } from '../../../api/calls.ts'
import { Form, Section, TextField } from '../../../components/form.tsx'
import { ErrorNotice } from '../../../components/notices.tsx'
import { useNotify } from '../../../components/notify.tsx'
import { type Way, wayLabels } from '../../activation/labels.ts'
import type { Activations } from './labels.ts'

type Settings = Activations['settings']

const ways = Object.keys(wayLabels) as Way[]

/** Whether consent is needed, what users are offered, and Meta's sign-up. */
export function ActivationSettings({ accountId, settings }: { accountId: number; settings: Settings }) {
  const { t } = useTranslation(['activation', 'general'])
  const notify = useNotify()
  const [required, setRequired] = useState(settings.consentRequired)
  const [chosen, setChosen] = useState<readonly Way[]>(settings.ways ?? [])
  const [appId, setAppId] = useState(settings.embeddedSignup?.appId ?? '')
  const [configurationId, setConfigurationId] = useState(settings.embeddedSignup?.configurationId ?? '')
  const [address, setAddress] = useState(settings.embeddedSignup?.address ?? metaSignupAddress)
  const change = useChange('changeActivation', {
    stale: ['listActivations'],
    onSuccess: () => notify({ title: t('activation:settings.saved') }),
  })
  const save = () =>
    change.mutate({
      params: { id: accountId },
      body: {
        consentRequired: required,
        ways: chosen.length === 0 ? null : ways.filter((way) => chosen.includes(way)),
        embeddedSignup: appId === '' && configurationId === '' ? null : { appId, configurationId, address },
      },
    })
  const toggle = (way: Way, on: boolean) =>
    setChosen(on ? [...chosen, way] : chosen.filter((one) => one !== way))
  return (
    <Section title={t('activation:settings.title')}>
      <Form onSubmit={save}>
        <ErrorNotice error={change.error} />
        <Field hint={t('activation:settings.requiredText')}>
          <Switch
            label={t('activation:settings.required')}
            checked={required}
            onChange={(_, data) => setRequired(data.checked)}
          />
        </Field>
        <fieldset style={{ margin: 0, padding: 0, border: 'none', minWidth: 0 }}>
          <legend>{t('activation:settings.ways')}</legend>
          <div>{t('activation:settings.waysText')}</div>
          {ways.map((way) => (
            <div key={way}>
              <Checkbox
                label={t(wayLabels[way])}
                checked={chosen.includes(way)}
                onChange={(_, data) => toggle(way, data.checked === true)}
              />
            </div>
          ))}
        </fieldset>
        <div>{t('activation:settings.signup')}</div>
        <TextField
          label={t('activation:settings.appId')}
          value={appId}
          onChange={setAppId}
          inputMode="numeric"
          maxLength={30}
        />
        <TextField
          label={t('activation:settings.configurationId')}
          value={configurationId}
          onChange={setConfigurationId}
          inputMode="numeric"
          maxLength={30}
        />
        <TextField
          label={t('activation:settings.signupUrl')}
          hint={t('activation:settings.signupUrlHint')}
          value={address}
          onChange={setAddress}
          maxLength={500}
        />
        <div>
          <Button type="submit" disabledFocusable={change.isPending}>
            {t('general:action.save')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}
