import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'

/** Somebody says when something personal was said; what was said in that minute is hidden. */
export function PersonalForm({ token }: { token: string }) {
  const { t } = useTranslation('activation')
  const [at, setAt] = useState('')
  const report = useChange('reportPersonal')
  const time = Date.parse(at)
  const send = () => {
    if (!Number.isNaN(time) && !report.isPending)
      report.mutate({ body: { token, from: new Date(time).toISOString(), minutes: 1 } })
  }
  return (
    <Section title={t('activation:personal.title')} text={t('activation:personal.text')}>
      <TextField type="datetime-local" label={t('activation:personal.at')} value={at} onChange={setAt} />
      <ErrorNotice error={report.error} />
      {report.isSuccess && <Notice intent="success">{t('activation:personal.sent')}</Notice>}
      <Buttons>
        <Button disabled={Number.isNaN(time)} disabledFocusable={report.isPending} onClick={send}>
          {t('activation:personal.send')}
        </Button>
      </Buttons>
    </Section>
  )
}
