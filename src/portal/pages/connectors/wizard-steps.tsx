import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { CircleRegular } from '@fluentui/react-icons/svg/circle'
import { useTranslation } from 'react-i18next'
import { type WizardStep, wizardSteps } from '../../../api/wizard-steps.ts'
import type { Draft } from './draft.ts'

const useStyles = makeStyles({
  list: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: '2px',
    '@media (max-width: 800px)': { display: 'flex', flexWrap: 'wrap' },
  },
  step: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    width: '100%',
    padding: '8px 10px',
    font: 'inherit',
    textAlign: 'start',
    color: tokens.colorNeutralForeground1,
    background: 'none',
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    ':disabled': { color: tokens.colorNeutralForeground2, cursor: 'default', backgroundColor: 'transparent' },
    '& svg': { fontSize: '20px', flexShrink: 0, color: tokens.colorNeutralForeground3 },
  },
  current: { fontWeight: tokens.fontWeightSemibold, backgroundColor: tokens.colorNeutralBackground1Selected },
  done: { '& svg': { color: tokens.colorStatusSuccessForeground1 } },
})

export const stepLabels: Record<WizardStep, string> = {
  description: 'connectors:step.description',
  terms: 'connectors:step.terms',
  'sign-in': 'connectors:step.signIn',
  mapping: 'connectors:step.mapping',
  delivery: 'connectors:step.delivery',
  review: 'connectors:step.review',
}

/** Where one is; what is filled in so far can be gone back to, and on to what it opens. */
export function WizardSteps({
  draft,
  step,
  onGo,
}: {
  draft: Draft
  step: WizardStep
  onGo: (step: WizardStep) => void
}) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  return (
    <nav aria-label={t('connectors:wizard.steps')}>
      <ol className={styles.list}>
        {wizardSteps.map((one) => (
          <li key={one}>
            <button
              type="button"
              className={mergeClasses(
                styles.step,
                one === step && styles.current,
                isDone(draft, one) && styles.done,
              )}
              aria-current={one === step ? 'step' : undefined}
              disabled={!isOpen(draft, one)}
              onClick={() => onGo(one)}
            >
              {isDone(draft, one) ? <CheckmarkCircleFilled aria-hidden /> : <CircleRegular aria-hidden />}
              {t(stepLabels[one])}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function isDone(draft: Draft, step: WizardStep): boolean {
  switch (step) {
    case 'description':
      return true
    case 'terms':
      return draft.termsAccepted
    case 'sign-in':
      return draft.signIn !== null
    case 'mapping':
      return draft.signIn !== null && (isPast(draft, step) || draft.mappingFile !== null)
    case 'delivery':
      return draft.signIn !== null && (isPast(draft, step) || draft.destinationIds.length > 0)
    case 'review':
      return false
  }
}

/** Whether one has gone on from it: its answer may be to leave everything as it is. */
function isPast(draft: Draft, step: WizardStep): boolean {
  return wizardSteps.indexOf(draft.step) > wizardSteps.indexOf(step)
}

/** Whether the steps before it are done. */
export function isOpen(draft: Draft, step: WizardStep): boolean {
  if (step === 'description' || step === 'terms') return true
  if (step === 'sign-in') return draft.termsAccepted
  return draft.termsAccepted && draft.signIn !== null
}
