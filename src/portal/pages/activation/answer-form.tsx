import { Button, Field, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import type { Language } from '../../i18n/languages.ts'
import type { Page } from './labels.ts'
import { noticeIn } from './notice-text.tsx'

const useStyles = makeStyles({
  form: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: tokens.spacingVerticalL },
  text: { margin: 0, maxWidth: '72ch' },
})

type Given = 'given' | 'refused' | ''

/** Two questions apart from each other, each with a yes and a no; nothing is chosen beforehand. */
export function AnswerForm(props: { token: string; page: Page; onAnswered: () => void }) {
  const { token, page, onAnswered } = props
  const styles = useStyles()
  const { t, i18n } = useTranslation('activation')
  const language = i18n.language as Language
  const { text, language: written } = noticeIn(page.notice, language)
  const [capture, setCapture] = useState<Given>('')
  const [crossBorder, setCrossBorder] = useState<Given>('')
  const answer = useChange('answerNotice', { stale: ['checkActivation'], onSuccess: onAnswered })
  const send = () => {
    if (capture === '' || crossBorder === '' || answer.isPending) return
    const noticeVersion = page.notice.version
    answer.mutate({ body: { token, noticeVersion, language, capture, crossBorder } })
  }
  return (
    <Section title={t('activation:answer.title')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <ErrorNotice error={answer.error} />
        <Question sentence={text.capture} language={written} value={capture} onChange={setCapture} />
        <Question
          sentence={text.crossBorder}
          language={written}
          value={crossBorder}
          onChange={setCrossBorder}
        />
        <p className={styles.text}>{t('activation:answer.free', { account: page.account })}</p>
        <p className={styles.text}>{t('activation:answer.read')}</p>
        <Buttons>
          <Button
            type="submit"
            appearance="primary"
            size="large"
            disabled={capture === '' || crossBorder === ''}
            disabledFocusable={answer.isPending}
          >
            {t('activation:answer.send')}
          </Button>
        </Buttons>
      </form>
    </Section>
  )
}

function Question(props: {
  sentence: string
  language: Language
  value: Given
  onChange: (value: Given) => void
}) {
  const { sentence, language, value, onChange } = props
  const { t } = useTranslation('activation')
  return (
    <Field label={{ children: <span lang={language}>{sentence}</span> }}>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value as Given)}>
        <Radio value="given" label={t('activation:answer.agree')} />
        <Radio value="refused" label={t('activation:answer.disagree')} />
      </RadioGroup>
    </Field>
  )
}
