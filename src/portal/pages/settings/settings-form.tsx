import { Button, makeStyles } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { InputOf } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Buttons, Form } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useTellOutcome } from '../people/own-requests.tsx'

type Change = InputOf<'changeSettings'>['body']

const useStyles = makeStyles({
  // Whoever may only look finds the fields shut.
  fields: { border: 'none', margin: 0, padding: 0, minWidth: 0, display: 'grid', gap: '16px' },
})

/** Some settings that are saved together. */
export function SettingsForm(props: {
  change: () => Change
  disabled?: boolean
  onSaved?: () => void
  /** Beside the button that saves. */
  actions?: ReactNode
  children: ReactNode
}) {
  const { change, disabled = false, onSaved, actions, children } = props
  const styles = useStyles()
  const { t } = useTranslation(['settings', 'general'])
  const mayChange = useMay()('changeSettings')
  const save = useSaveSettings()
  return (
    <Form onSubmit={() => save.mutate({ body: change() }, onSaved ? { onSuccess: onSaved } : {})}>
      <fieldset className={styles.fields} disabled={!mayChange}>
        {children}
      </fieldset>
      <ErrorNotice error={save.error} />
      {mayChange && (
        <Buttons>
          <Button type="submit" appearance="primary" disabled={disabled} disabledFocusable={save.isPending}>
            {t('general:action.save')}
          </Button>
          {actions}
        </Buttons>
      )}
    </Form>
  )
}

export function useSaveSettings() {
  const { t } = useTranslation('general')
  const tell = useTellOutcome()
  return useChange('changeSettings', {
    stale: ['readSettings', 'listApprovals', 'readSignInOptions'],
    onSuccess: (answer) => tell(answer, t('general:saved')),
  })
}
