import { Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { Loaded, Notice } from '../../components/notices.tsx'
import { StepFrame } from './step-frame.tsx'
import { TermsText } from './terms-text.tsx'
import type { StepProps } from './use-draft.ts'

const useStyles = makeStyles({
  text: {
    maxHeight: '46vh',
    overflowY: 'auto',
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    '@media print': { maxHeight: 'none' },
  },
  version: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

export function TermsStep({ draft, open, go }: StepProps) {
  const styles = useStyles()
  const { t, i18n } = useTranslation(['connectors', 'general'])
  const terms = useCall('readTerms', { query: { language: i18n.language } })
  const [accepted, setAccepted] = useState(draft.termsAccepted)
  const next = async () => {
    if (await open.save({ termsAccepted: true, step: 'sign-in' }, [])) go('sign-in')
  }
  return (
    <StepFrame
      title={t('connectors:step.terms')}
      text={t('connectors:terms.text')}
      open={open}
      next={draft.termsAccepted ? t('connectors:wizard.next') : t('connectors:terms.acceptButton')}
      nextDisabled={!accepted}
      onNext={() => void next()}
      onBack={() => go('description')}
    >
      <Notice title={t('connectors:terms.noticeTitle')}>{t('connectors:terms.notice')}</Notice>
      <Loaded call={terms}>
        {({ version, markdown }) => (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls by the keyboard */}
            <section className={styles.text} tabIndex={0} aria-label={t('connectors:step.terms')}>
              <TermsText markdown={markdown} />
            </section>
            <span className={styles.version}>{t('connectors:terms.version', { version })}</span>
            <Checkbox
              label={t('connectors:terms.accept')}
              checked={accepted}
              disabled={draft.termsAccepted}
              onChange={(_, data) => setAccepted(data.checked === true)}
            />
          </>
        )}
      </Loaded>
    </StepFrame>
  )
}
