import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { FormDialog } from '../../../components/dialogs.tsx'
import { Buttons, Section, TextField } from '../../../components/form.tsx'
import { Loaded } from '../../../components/notices.tsx'
import { useNotify } from '../../../components/notify.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'

/** Lists of terms that policies name. */
export function Dictionaries() {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  const may = useMay()
  const lists = useCall('listSupervisionDictionaries', undefined)
  const [adding, setAdding] = useState(false)
  return (
    <Section title={t('supervision:dictionaries.title')} text={t('supervision:dictionaries.text')}>
      <Loaded call={lists}>
        {(rows) => (
          <DataTable
            caption={t('supervision:dictionaries.title')}
            rows={rows}
            rowKey={({ name }) => name}
            empty={<p>{t('supervision:dictionaries.none')}</p>}
            columns={[
              {
                key: 'name',
                title: t('supervision:field.name'),
                render: ({ name }) => <bdi>{name}</bdi>,
              },
              {
                key: 'terms',
                title: t('supervision:column.terms'),
                align: 'end',
                render: ({ terms }) => format.number(terms),
              },
              {
                key: 'version',
                title: t('supervision:column.version'),
                align: 'end',
                render: ({ version }) => format.number(version),
              },
              {
                key: 'since',
                title: t('supervision:column.since'),
                render: ({ madeAt }) => <Time of={madeAt} />,
              },
            ]}
          />
        )}
      </Loaded>
      {may('saveSupervisionDictionary') && (
        <Buttons>
          <Button onClick={() => setAdding(true)}>{t('supervision:dictionaries.add')}</Button>
        </Buttons>
      )}
      {adding && <DictionaryDialog onClose={() => setAdding(false)} />}
    </Section>
  )
}

function DictionaryDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['supervision', 'general'])
  const notify = useNotify()
  const [name, setName] = useState('')
  const [terms, setTerms] = useState('')
  const save = useChange('saveSupervisionDictionary', {
    stale: ['listSupervisionDictionaries', 'listSupervisionPolicies', 'readSupervisionPolicy'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('supervision:dictionaries.add')}
      submit={t('general:action.save')}
      onSubmit={() => save.mutate({ body: { name: name.trim(), terms } })}
      pending={save.isPending}
      error={save.error}
      disabled={name.trim() === '' || terms.trim() === ''}
    >
      <TextField
        autoFocus
        required
        label={t('supervision:field.name')}
        hint={t('supervision:dictionaries.nameHint')}
        maxLength={200}
        value={name}
        onChange={setName}
      />
      <TextField
        required
        lines={8}
        label={t('supervision:column.terms')}
        hint={t('supervision:dictionaries.termsHint')}
        value={terms}
        onChange={setTerms}
      />
    </FormDialog>
  )
}
