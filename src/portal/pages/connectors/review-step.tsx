import { Button, Checkbox } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { type WizardStep, wizardSteps } from '../../../api/wizard-steps.ts'
import { useChange } from '../../api/calls.ts'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import { ReviewChoices } from './review-choices.tsx'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './use-draft.ts'
import { stepLabels } from './wizard-steps.tsx'

export function ReviewStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const notify = useNotify()
  const [run, setRun] = useState(true)
  const finish = useChange('finishDraft', {
    stale: ['listConnectors', 'listDrafts', 'listDestinations'],
    onSuccess: ({ id, name }) => {
      open.typing.forget()
      notify({ title: t('connectors:review.made', { name }) })
      void navigate({ to: '/connectors/$id', params: { id: String(id) } })
    },
  })
  const idle = !finish.isPending && !finish.isSuccess
  const reload = () => {
    finish.reset()
    void open.reload()
  }
  return (
    <StepFrame
      title={t('connectors:step.review')}
      text={t('connectors:review.text')}
      open={open}
      next={t('connectors:review.finish')}
      onNext={() => {
        if (idle) finish.mutate({ params: { id: draft.id }, body: { version: draft.version, run } })
      }}
      onBack={() => go('delivery')}
    >
      <ReviewChoices draft={draft} open={open} go={go} />
      <Checkbox
        label={t('connectors:review.runNow')}
        checked={run}
        onChange={(_, data) => setRun(data.checked === true)}
      />
      <FinishProblem error={finish.error} go={go} onReload={reload} />
    </StepFrame>
  )
}

/** Whatever is missing is one press away. */
function FinishProblem(props: { error: unknown; go: (step: WizardStep) => void; onReload: () => void }) {
  const { error, go, onReload } = props
  const { t } = useTranslation('connectors')
  if (!(error instanceof RequestRefused)) return <ErrorNotice error={error} />
  if (error.code === 'changed-meanwhile')
    return <ChangedMeanwhile error={error} onKeep={onReload} onTakeOver={onReload} />
  const step = wizardSteps.find((one) => one === stepOf(error))
  return (
    <>
      <ErrorNotice error={error} />
      {step && (
        <div>
          <Button onClick={() => go(step)}>
            {t('connectors:review.goTo', { step: t(stepLabels[step]) })}
          </Button>
        </div>
      )}
    </>
  )
}

function stepOf({ code, details }: RequestRefused): unknown {
  if (code === 'draft-incomplete') return details.step
  if (code === 'destination-not-found') return 'delivery'
  return code === 'connector-exists' || code.startsWith('site-') ? 'sign-in' : undefined
}
