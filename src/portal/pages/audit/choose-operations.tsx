import { Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AuditOperation, auditOperations } from '../../../domain/audit.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { operationGroups, operationLabels } from './labels.ts'

const useStyles = makeStyles({
  group: { border: 'none', margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold },
  operations: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 240px), 1fr))',
  },
})

/** Operations in their groups; none chosen means all. */
export function ChooseOperations(props: {
  chosen: readonly AuditOperation[]
  onChoose: (operations: readonly AuditOperation[]) => void
  onClose: () => void
}) {
  const { chosen, onChoose, onClose } = props
  const { t } = useTranslation('audit')
  const [marked, setMarked] = useState<ReadonlySet<AuditOperation>>(new Set(chosen))
  const mark = (operations: readonly AuditOperation[], on: boolean) => {
    setMarked(
      new Set(on ? [...marked, ...operations] : [...marked].filter((one) => !operations.includes(one))),
    )
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('audit:choose.title')}
      submit={t('audit:choose.submit')}
      onSubmit={() => onChoose(auditOperations.filter((one) => marked.has(one)))}
    >
      <span>{t('audit:choose.text')}</span>
      {operationGroups.map(({ label, operations }) => (
        <Group key={label} title={t(label)} operations={operations} marked={marked} onMark={mark} />
      ))}
    </FormDialog>
  )
}

function Group(props: {
  title: string
  operations: readonly AuditOperation[]
  marked: ReadonlySet<AuditOperation>
  onMark: (operations: readonly AuditOperation[], on: boolean) => void
}) {
  const { title, operations, marked, onMark } = props
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const count = operations.filter((one) => marked.has(one)).length
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{title}</legend>
      <Checkbox
        label={t('audit:choose.all', { group: title })}
        checked={count === operations.length ? true : count === 0 ? false : 'mixed'}
        onChange={(_, { checked }) => onMark(operations, checked === true)}
      />
      <div className={styles.operations}>
        {operations.map((operation) => (
          <Checkbox
            key={operation}
            label={t(operationLabels[operation])}
            checked={marked.has(operation)}
            onChange={(_, { checked }) => onMark([operation], checked === true)}
          />
        ))}
      </div>
    </fieldset>
  )
}
