import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Buttons, ChoiceField, Form, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'

/** Labels the item by hand, for who may; and notes the event that its label waits for. */
export function ItemLabel({ id }: { id: string }) {
  const { t } = useTranslation('items')
  const may = useMay()
  const labels = useCall('listRetentionLabels', undefined, { enabled: may('labelItem') })
  if (!labels.data || labels.data.items.length === 0) return null
  const { items } = labels.data
  return (
    <Section title={t('items:label.title')} text={t('items:label.text')}>
      <GiveLabel id={id} labels={items} />
      {items.some(({ starts }) => starts === 'event') && <NoteEvent id={id} />}
    </Section>
  )
}

function GiveLabel(props: { id: string; labels: readonly { readonly id: number; readonly name: string }[] }) {
  const { id, labels } = props
  const { t } = useTranslation('items')
  const notify = useNotify()
  const [chosen, setChosen] = useState('')
  const give = useChange('labelItem', {
    stale: ['explainItem', 'listRetentionLabels'],
    onSuccess: () => notify({ title: chosen === '' ? t('items:label.taken') : t('items:label.done') }),
  })
  return (
    <Form
      onSubmit={() => give.mutate({ params: { id }, body: { label: chosen === '' ? null : Number(chosen) } })}
    >
      <ChoiceField
        label={t('items:label.choose')}
        value={chosen}
        onChange={setChosen}
        choices={[
          { value: '', label: t('items:label.none') },
          ...labels.map((label) => ({ value: String(label.id), label: label.name })),
        ]}
      />
      <ErrorNotice error={give.error} />
      <Buttons>
        <Button type="submit" disabledFocusable={give.isPending}>
          {t('items:label.apply')}
        </Button>
      </Buttons>
    </Form>
  )
}

function NoteEvent({ id }: { id: string }) {
  const { t } = useTranslation(['items', 'general'])
  const notify = useNotify()
  const [day, setDay] = useState('')
  const note = useChange('noteItemEvent', {
    stale: ['explainItem'],
    onSuccess: () => notify({ title: t('general:saved') }),
  })
  return (
    <Form onSubmit={() => note.mutate({ params: { id }, body: { at: `${day}T00:00:00.000Z` } })}>
      <TextField type="date" label={t('items:label.day')} value={day} onChange={setDay} />
      <ErrorNotice error={note.error} />
      <Buttons>
        <Button type="submit" disabled={day === ''} disabledFocusable={note.isPending}>
          {t('items:label.note')}
        </Button>
      </Buttons>
    </Form>
  )
}
