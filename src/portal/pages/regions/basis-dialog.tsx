import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { regionForm } from '../../../api/endpoints/regions.ts'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'

const basisLengthMin = 3

/** Records why messages may go from one region to another; who did so, and when, is kept with it. */
export function BasisDialog(props: { from: string; to: string; onClose: () => void }) {
  const { t } = useTranslation(['regions', 'general'])
  const notify = useNotify()
  const [fields, setFields] = useState({
    ...{ from: props.from, to: props.to },
    ...{ basis: '', law: '', document: '', day: '' },
  })
  const set = (part: Partial<typeof fields>) => setFields((before) => ({ ...before, ...part }))
  const { from, to, basis, law, document, day } = fields
  const record = useChange('recordTransferBasis', {
    stale: ['readRegions'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      props.onClose()
    },
  })
  const body = {
    ...{ from, to, basis: basis.trim() },
    ...(law.trim() === '' ? {} : { law: law.trim() }),
    ...(document.trim() === '' ? {} : { document: document.trim() }),
    ...(day === '' ? {} : { validFrom: new Date(day).toISOString() }),
  }
  const whole =
    regionForm.test(from) && regionForm.test(to) && from !== to && basis.trim().length >= basisLengthMin
  return (
    <FormDialog
      open
      onClose={props.onClose}
      title={t('regions:basis.action')}
      submit={t('regions:basis.submit')}
      onSubmit={() => record.mutate({ body })}
      pending={record.isPending}
      error={record.error}
      disabled={!whole}
    >
      <span>{t('regions:basis.text')}</span>
      <TextField label={t('regions:from')} value={from} onChange={(one) => set({ from: one })} required />
      <TextField label={t('regions:to')} value={to} onChange={(one) => set({ to: one })} required />
      <TextField
        label={t('regions:basis.basis')}
        hint={t('regions:basis.basisHint')}
        value={basis}
        onChange={(one) => set({ basis: one })}
        lines={3}
        maxLength={1_000}
        required
      />
      <TextField
        label={t('regions:basis.law')}
        hint={t('regions:basis.lawHint')}
        value={law}
        onChange={(one) => set({ law: one })}
        maxLength={200}
      />
      <TextField
        label={t('regions:basis.document')}
        hint={t('regions:basis.documentHint')}
        value={document}
        onChange={(one) => set({ document: one })}
        maxLength={200}
      />
      <TextField
        label={t('regions:basis.validFrom')}
        hint={t('regions:basis.validFromHint')}
        type="date"
        value={day}
        onChange={(one) => set({ day: one })}
      />
    </FormDialog>
  )
}
