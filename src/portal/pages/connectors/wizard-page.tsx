import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { DocumentDismissRegular } from '@fluentui/react-icons/svg/document-dismiss'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import type { WizardStep } from '../../../api/wizard-steps.ts'
import { EmptyState, ErrorNotice, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import { DeliveryStep } from './delivery-step.tsx'
import { DescriptionStep } from './description-step.tsx'
import type { Draft } from './draft.ts'
import { typeLabels } from './labels.ts'
import { MappingStep } from './mapping-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { SignInStep } from './sign-in-step.tsx'
import { TermsStep } from './terms-step.tsx'
import { type OpenDraft, useDraft } from './use-draft.ts'
import { isOpen, WizardSteps } from './wizard-steps.tsx'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: '220px minmax(0, 1fr)',
    gap: tokens.spacingHorizontalXXL,
    alignItems: 'start',
    '@media (max-width: 800px)': {
      gridTemplateColumns: 'minmax(0, 1fr)',
      rowGap: tokens.spacingVerticalL,
    },
  },
  // The heading of a step has the focus when one comes to it, not because one could act on it.
  step: { minWidth: 0, '& h2:focus': { outlineStyle: 'none' } },
})

const steps = {
  description: DescriptionStep,
  terms: TermsStep,
  'sign-in': SignInStep,
  mapping: MappingStep,
  delivery: DeliveryStep,
  review: ReviewStep,
} as const

export function WizardPage() {
  const { id } = useParams({ from: '/signed-in/connectors/new/$id' })
  return <DraftOf key={id} id={id} />
}

function DraftOf({ id }: { id: string }) {
  const open = useDraft(id)
  const gone =
    isRefused(open.query.error, 'not-found') ||
    isRefused(open.query.error, 'bad-request') ||
    isRefused(open.error, 'not-found')
  if (gone) return <GoneDraft />
  return <Loaded call={open.query}>{(draft) => <Wizard draft={draft} open={open} />}</Loaded>
}

function isRefused(error: unknown, code: string): boolean {
  return error instanceof RequestRefused && error.code === code
}

function Wizard({ draft, open }: { draft: Draft; open: OpenDraft }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const { step: asked } = useSearch({ from: '/signed-in/connectors/new/$id' })
  const step = stepToShow(draft, asked)
  const Step = steps[step]
  const place = useStepFocus(step)
  const go = (next: WizardStep) =>
    void navigate({ to: '/connectors/new/$id', params: { id: draft.id }, search: { step: next } })
  return (
    <>
      <PageHeader
        title={t('connectors:wizard.title', { name: t(typeLabels[draft.type]) })}
        lead={t('connectors:wizard.lead')}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: t(typeLabels[draft.type]), to: `/connectors/catalogue/${draft.type}` },
        ]}
      />
      <div className={styles.columns}>
        <WizardSteps draft={draft} step={step} onGo={go} />
        <div ref={place} className={styles.step}>
          <DraftProblem open={open} step={step} />
          <Step draft={draft} open={open} go={go} />
        </div>
      </div>
    </>
  )
}

/** A step whose turn has not come, as an address may name it, is the one where the draft stands. */
function stepToShow(draft: Draft, asked: WizardStep | undefined): WizardStep {
  if (asked !== undefined && isOpen(draft, asked)) return asked
  const reached = draft.step === 'description' ? 'terms' : draft.step
  if (isOpen(draft, reached)) return reached
  return draft.termsAccepted ? 'sign-in' : 'terms'
}

/** Whoever goes on by keyboard, or hears the page, is at the new step's beginning. */
function useStepFocus(step: WizardStep) {
  const place = useRef<HTMLDivElement>(null)
  const before = useRef(step)
  useEffect(() => {
    if (before.current === step) return
    before.current = step
    const heading = place.current?.querySelector('h2')
    if (!heading) return
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
    window.scrollTo({ top: 0 })
  }, [step])
  return place
}

/** Of two people who fill in one draft, the later one is told and chooses; nothing he has typed is lost by that. */
function DraftProblem({ open, step }: { open: OpenDraft; step: WizardStep }) {
  // Said under its field.
  if (step === 'mapping' && isRefused(open.error, 'mailbox-not-found')) return null
  if (!isRefused(open.error, 'changed-meanwhile')) return <ErrorNotice error={open.error} />
  return (
    <ChangedMeanwhile
      error={open.error}
      onKeep={() => void open.reload()}
      onTakeOver={() => {
        open.typing.forget()
        void open.reload()
      }}
    />
  )
}

function GoneDraft() {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  return (
    <>
      <PageHeader
        title={t('connectors:gone.title')}
        crumbs={[{ label: t('connectors:title'), to: '/connectors' }]}
      />
      <EmptyState
        icon={<DocumentDismissRegular />}
        title={t('connectors:gone.heading')}
        action={
          <Button appearance="primary" onClick={() => void navigate({ to: '/connectors' })}>
            {t('connectors:gone.list')}
          </Button>
        }
      >
        {t('connectors:gone.text')}
      </EmptyState>
    </>
  )
}
