import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/form.tsx'
import type { OpenDraft } from './use-draft.ts'

const useStyles = makeStyles({
  form: { display: 'grid', gap: tokens.spacingVerticalL, minWidth: 0 },
  buttons: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    paddingTop: tokens.spacingVerticalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  end: { marginInlineStart: 'auto', '@media (max-width: 480px)': { marginInlineStart: 0 } },
})

/** A step of the wizard with its buttons; Enter in a field is the same as going on. */
export function StepFrame(props: {
  title: string
  text: string
  open: OpenDraft
  next: string
  nextDisabled?: boolean
  onNext: () => void
  onBack?: () => void
  children: ReactNode
}) {
  const { title, text, open, next, nextDisabled = false, onNext, onBack, children } = props
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const close = async () => {
    if (await open.save()) void navigate({ to: '/connectors' })
  }
  return (
    <Section title={title} text={text}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (!nextDisabled && !open.pending) onNext()
        }}
      >
        {children}
        <div className={styles.buttons}>
          {onBack && <Button onClick={onBack}>{t('connectors:wizard.back')}</Button>}
          <Button
            type="submit"
            appearance="primary"
            disabled={nextDisabled}
            disabledFocusable={!nextDisabled && open.pending}
          >
            {next}
          </Button>
          <Button appearance="subtle" className={styles.end} onClick={() => void close()}>
            {t('connectors:wizard.close')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
