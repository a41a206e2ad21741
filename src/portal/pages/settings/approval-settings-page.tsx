import { makeStyles, Switch, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { SettingsForm } from './settings-form.tsx'
import { type Settings, SettingsPage } from './settings-frame.tsx'

type Act = keyof Settings['approvals']

const acts: readonly { readonly act: Act; readonly label: string; readonly text: string }[] = [
  {
    act: 'roleGrants',
    label: 'settings:approvals.roleGrants',
    text: 'settings:approvals.roleGrantsText',
  },
  {
    act: 'holdRelease',
    label: 'settings:approvals.holdRelease',
    text: 'settings:approvals.holdReleaseText',
  },
  {
    act: 'disposition',
    label: 'settings:approvals.disposition',
    text: 'settings:approvals.dispositionText',
  },
  {
    act: 'bulkExport',
    label: 'settings:approvals.bulkExport',
    text: 'settings:approvals.bulkExportText',
  },
  {
    act: 'exclusions',
    label: 'settings:approvals.exclusions',
    text: 'settings:approvals.exclusionsText',
  },
]

const useStyles = makeStyles({
  text: {
    display: 'block',
    paddingInlineStart: '56px',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
})

export function ApprovalSettingsPage() {
  return <SettingsPage>{(settings) => <Approvals settings={settings} />}</SettingsPage>
}

function Approvals({ settings }: { settings: Settings }) {
  const styles = useStyles()
  const { t } = useTranslation('settings')
  const [approvals, setApprovals] = useState(settings.approvals)
  const loosened = acts.some(({ act }) => settings.approvals[act] && !approvals[act])
  return (
    <Section title={t('settings:approvals.title')} text={t('settings:approvals.text')}>
      <SettingsForm change={() => ({ approvals })}>
        {acts.map(({ act, label, text }) => (
          <div key={act}>
            <Switch
              label={t(label)}
              checked={approvals[act]}
              onChange={(_, { checked }) => setApprovals({ ...approvals, [act]: checked })}
            />
            <span className={styles.text}>{t(text)}</span>
          </div>
        ))}
        {loosened && <Notice intent="warning">{t('settings:approvals.loosened')}</Notice>}
      </SettingsForm>
    </Section>
  )
}
