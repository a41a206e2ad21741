import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestRefused } from '../../../api/client.ts'
import { useChange } from '../../api/calls.ts'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import type { Draft } from './draft.ts'
import { DraftMappingFile } from './draft-mapping-file.tsx'
import { MailboxField } from './mailbox-field.tsx'
import { MappingPreview } from './mapping-preview.tsx'
import { StepFrame } from './step-frame.tsx'
import type { OpenDraft, StepProps } from './use-draft.ts'
import { fieldsOf } from './use-typed.ts'

const useStyles = makeStyles({
  part: { display: 'grid', gap: tokens.spacingVerticalS, minWidth: 0 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  text: { margin: 0, color: tokens.colorNeutralForeground2, maxWidth: '72ch' },
  field: { maxWidth: '560px' },
})

const own = ['catchAll'] as const

export function MappingStep({ draft, open, go }: StepProps) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const next = async () => {
    if (await open.save({ step: 'delivery' }, own)) go('delivery')
  }
  const back = () => {
    void open.save({}, own)
    go('sign-in')
  }
  const { catchAll } = fieldsOf(draft, open.typing.typed)
  const nobody = !draft.automaticMapping && draft.mappingFile === null && catchAll.trim() === ''
  return (
    <StepFrame
      title={t('connectors:step.mapping')}
      text={t('connectors:mapping.text')}
      open={open}
      next={t('connectors:wizard.next')}
      onNext={() => void next()}
      onBack={back}
    >
      <div className={styles.part}>
        <h3 className={styles.heading}>{t('connectors:mapping.fileTitle')}</h3>
        <p className={styles.text}>{t('connectors:mapping.csvText')}</p>
        <DraftMappingFile draft={draft} open={open} />
      </div>
      <div className={styles.part}>
        <h3 className={styles.heading}>{t('connectors:mapping.emailTitle')}</h3>
        <p className={styles.text}>{t('connectors:mapping.automaticText')}</p>
        <Switch
          label={t('connectors:mapping.automatic')}
          checked={draft.automaticMapping}
          onChange={(_, data) => void open.save({ automaticMapping: data.checked }, [])}
        />
      </div>
      <div className={styles.part}>
        <h3 className={styles.heading}>{t('connectors:mapping.restTitle')}</h3>
        <div className={styles.field}>
          <MailboxField
            label={t('connectors:mapping.catchAll')}
            hint={t('connectors:mapping.catchAllHint')}
            {...(noMailbox(open.error) ? { problem: t('connectors:mapping.noMailbox') } : {})}
            value={catchAll}
            onChange={(value) => open.typing.type({ catchAll: value })}
          />
        </div>
      </div>
      {nobody && <Notice intent="warning">{t('connectors:mapping.nobody')}</Notice>}
      <Preview draft={draft} open={open} />
    </StepFrame>
  )
}

function noMailbox(error: unknown): boolean {
  return error instanceof RequestRefused && error.code === 'mailbox-not-found'
}

/** Counted when asked for, and gone when what it counted has changed. */
function Preview({ draft, open }: { draft: Draft; open: OpenDraft }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const preview = useChange('previewDraft')
  const [ofVersion, setOfVersion] = useState(0)
  const show = async () => {
    const saved = await open.save({}, own)
    if (saved === null || preview.isPending) return
    setOfVersion(saved.version)
    preview.mutate({ params: { id: draft.id } })
  }
  const current = ofVersion === draft.version
  return (
    <div className={styles.part}>
      <h3 className={styles.heading}>{t('connectors:preview.title')}</h3>
      <p className={styles.text}>{t('connectors:preview.text')}</p>
      <div>
        <Button disabledFocusable={preview.isPending || open.pending} onClick={() => void show()}>
          {t('connectors:mapping.preview')}
        </Button>
      </div>
      {current && <ErrorNotice error={preview.error} />}
      {current && preview.data && <MappingPreview preview={preview.data} />}
    </div>
  )
}
