import { Button, Checkbox } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WizardStep } from '../../../api/endpoints/connector-drafts.ts'
import { useChange } from '../../api/calls.ts'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import { typeLabels } from './labels.ts'
import { ScheduleField, useScheduleText } from './schedule-field.tsx'
import type { StepProps } from './wizard-page.tsx'
import { stepLabels } from './wizard-steps.tsx'

export function ReviewStep({ draft, open, go }: StepProps) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const navigate = useNavigate()
  const notify = useNotify()
  const [run, setRun] = useState(true)
  const finish = useChange('finishDraft', {
    stale: ['listConnectors', 'listDrafts'],
    onSuccess: ({ id, name }) => {
      notify({ title: t('connectors:review.made', { name }) })
      void navigate({ to: '/connectors/$id', params: { id: String(id) } })
    },
  })
  const idle = !finish.isPending && !finish.isSuccess
  return (
    <Section title={t('connectors:step.review')} text={t('connectors:review.text')}>
      <Facts
        facts={[
          { name: t('connectors:column.type'), value: t(typeLabels[draft.type]) },
          {
            name: t(stepLabels.terms),
            value: <Choice text={t('connectors:review.accepted')} step="terms" go={go} />,
          },
          {
            name: t(stepLabels['sign-in']),
            value: <Choice text={`${draft.username} · ${draft.siteUrl}`} step="sign-in" go={go} />,
          },
          { name: t('connectors:signIn.name'), value: <Choice text={draft.name} step="sign-in" go={go} /> },
          {
            name: t('connectors:mapping.automatic'),
            value: (
              <Choice
                text={draft.automaticMapping ? t('connectors:on') : t('connectors:off')}
                step="mapping"
                go={go}
              />
            ),
          },
          {
            name: t('connectors:mapping.custom'),
            value: (
              <Choice
                text={
                  draft.mappingFile
                    ? t('connectors:mapping.rows', {
                        count: draft.mappingFile.rows,
                        number: format.number(draft.mappingFile.rows),
                      })
                    : t('connectors:mapping.none')
                }
                step="mapping"
                go={go}
              />
            ),
          },
          {
            name: t('connectors:mapping.catchAll'),
            value: <Choice text={draft.catchAll ?? t('connectors:mapping.none')} step="mapping" go={go} />,
          },
        ]}
      />
      <ScheduleChoice draft={draft} open={open} />
      <Checkbox
        label={t('connectors:review.runNow')}
        checked={run}
        onChange={(_, data) => setRun(data.checked === true)}
      />
      <ErrorNotice error={finish.error} />
      <Buttons>
        <Button
          appearance="primary"
          disabledFocusable={!idle || open.pending}
          onClick={() => {
            if (idle) finish.mutate({ params: { id: draft.id }, body: { version: draft.version, run } })
          }}
        >
          {t('connectors:review.finish')}
        </Button>
        <Button onClick={() => go('mapping')}>{t('connectors:wizard.back')}</Button>
      </Buttons>
    </Section>
  )
}

function Choice({ text, step, go }: { text: string; step: WizardStep; go: (step: WizardStep) => void }) {
  const { t } = useTranslation('connectors')
  return (
    <>
      <bdi>{text}</bdi>{' '}
      <Button
        size="small"
        appearance="subtle"
        aria-label={t('connectors:review.editStep', { step: t(stepLabels[step]) })}
        onClick={() => go(step)}
      >
        {t('connectors:review.edit')}
      </Button>
    </>
  )
}

function ScheduleChoice({ draft, open }: Pick<StepProps, 'draft' | 'open'>) {
  const { t } = useTranslation(['connectors', 'general'])
  const scheduleText = useScheduleText()
  const [schedule, setSchedule] = useState(draft.schedule)
  const [editing, setEditing] = useState(false)
  if (!editing) {
    return (
      <div>
        {scheduleText(draft.schedule)}{' '}
        <Button
          size="small"
          appearance="subtle"
          aria-label={t('connectors:review.editStep', { step: t('connectors:schedule.title') })}
          onClick={() => setEditing(true)}
        >
          {t('connectors:review.edit')}
        </Button>
      </div>
    )
  }
  return (
    <>
      <ScheduleField value={schedule} onChange={setSchedule} />
      <div>
        <Button
          onClick={async () => {
            if (await open.save({ schedule })) setEditing(false)
          }}
        >
          {t('general:action.save')}
        </Button>
      </div>
    </>
  )
}
