import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { WizardStep } from '../../../api/endpoints/connector-drafts.ts'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { typeLabels } from './labels.ts'
import { MappingStep } from './mapping-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { SignInStep } from './sign-in-step.tsx'
import { TermsStep } from './terms-step.tsx'
import { type Draft, useDraft } from './use-draft.ts'
import { WizardSteps } from './wizard-steps.tsx'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: '220px minmax(0, 1fr)',
    gap: tokens.spacingHorizontalXXL,
    alignItems: 'start',
    '@media (max-width: 800px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
})

export type OpenDraft = ReturnType<typeof useDraft>

export interface StepProps {
  readonly draft: Draft
  readonly open: OpenDraft
  readonly go: (step: WizardStep) => void
}

const steps = { terms: TermsStep, 'sign-in': SignInStep, mapping: MappingStep, review: ReviewStep } as const

export function WizardPage() {
  const { id } = useParams({ from: '/signed-in/connectors/new/$id' })
  const open = useDraft(id)
  return <Loaded call={open.query}>{(draft) => <Wizard key={draft.id} draft={draft} open={open} />}</Loaded>
}

function Wizard({ draft, open }: { draft: Draft; open: OpenDraft }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const asked = useSearch({ from: '/signed-in/connectors/new/$id' }).step ?? draft.step
  const step = asked === 'description' ? 'terms' : asked
  const Step = steps[step]
  const go = (next: WizardStep) => {
    if (next === 'description') {
      void navigate({ to: '/connectors/catalogue/$type', params: { type: draft.type } })
      return
    }
    void navigate({ to: '/connectors/new/$id', params: { id: draft.id }, search: { step: next } })
  }
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
        <div>
          <DraftProblem open={open} />
          <Step draft={draft} open={open} go={go} />
        </div>
      </div>
    </>
  )
}

/** Of two people who fill in one draft, the later one is told, and loses nothing he has typed until he reloads. */
function DraftProblem({ open }: { open: OpenDraft }) {
  const { t } = useTranslation('connectors')
  const changed = (open.error as { code?: string } | null)?.code === 'changed-meanwhile'
  if (!changed) return <ErrorNotice error={open.error} />
  return (
    <Notice
      intent="warning"
      title={t('connectors:wizard.changedTitle')}
      actions={<Button onClick={() => void open.reload()}>{t('connectors:wizard.takeOver')}</Button>}
    >
      {t('connectors:wizard.changedText')}
    </Notice>
  )
}
