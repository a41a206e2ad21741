import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Archives } from './archives.ts'

type Policy = Archives['policies'][number]
type Tag = Policy['tags'][number]

export function Policies({ policies }: { policies: readonly Policy[] }) {
  const { t } = useTranslation('archives')
  const format = useFormat()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const textOf = useTagText()
  const columns: readonly Column<Policy>[] = [
    { key: 'name', title: t('archives:column.policy'), render: ({ name }) => <bdi>{name}</bdi> },
    {
      key: 'tags',
      title: t('archives:column.tags'),
      render: ({ tags }) => tags.map((tag) => <div key={tag.id}>{textOf(tag)}</div>),
    },
    {
      key: 'mailboxes',
      title: t('archives:mailboxes'),
      align: 'end',
      render: ({ mailboxes }) => format.number(mailboxes),
    },
  ]
  return (
    <Section title={t('archives:policies')} text={t('archives:policiesText')}>
      {may('createArchivePolicy') && (
        <Buttons>
          <Button onClick={() => setAdding(true)}>{t('archives:addPolicy')}</Button>
        </Buttons>
      )}
      <DataTable caption={t('archives:policies')} rows={policies} rowKey={({ id }) => id} columns={columns} />
      {adding && <AddPolicy onClose={() => setAdding(false)} />}
    </Section>
  )
}

function useTagText(): (tag: Tag) => string {
  const { t } = useTranslation('archives')
  return ({ name, kind, folder, afterDays }) => {
    const when = afterDays === null ? t('archives:tag.never') : t('archives:tag.after', { count: afterDays })
    if (kind === 'default') return t('archives:tag.default', { when })
    return kind === 'folder'
      ? t('archives:tag.folder', { folder, when })
      : t('archives:tag.personal', { name, when })
  }
}

const daysForm = /^[1-9]\d{0,4}$/

function AddPolicy({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['archives', 'general'])
  const notify = useNotify()
  const [name, setName] = useState('')
  const [days, setDays] = useState('730')
  const [whatsapp, setWhatsapp] = useState('')
  const [wechat, setWechat] = useState('')
  const create = useChange('createArchivePolicy', {
    stale: ['readArchives'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  const given = [days, whatsapp, wechat].filter((one) => one !== '')
  const folderTag = (folder: NonNullable<Tag['folder']>, after: string) =>
    after === '' ? [] : [{ name: folder, kind: 'folder' as const, folder, afterDays: Number(after) }]
  const save = () =>
    create.mutate({
      body: {
        name: name.trim(),
        tags: [
          ...(days === ''
            ? []
            : [{ name: 'Default', kind: 'default' as const, folder: null, afterDays: Number(days) }]),
          ...folderTag('WhatsApp Archiver', whatsapp),
          ...folderTag('WeChat Archiver', wechat),
        ],
      },
    })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('archives:addPolicy')}
      submit={t('general:action.save')}
      onSubmit={save}
      pending={create.isPending}
      error={create.error}
      disabled={name.trim() === '' || given.length === 0 || !given.every((one) => daysForm.test(one))}
    >
      <TextField label={t('archives:name')} required maxLength={100} value={name} onChange={setName} />
      <TextField
        type="number"
        label={t('archives:days')}
        hint={t('archives:daysHint')}
        value={days}
        onChange={setDays}
      />
      <TextField type="number" label={t('archives:daysWhatsapp')} value={whatsapp} onChange={setWhatsapp} />
      <TextField type="number" label={t('archives:daysWechat')} value={wechat} onChange={setWechat} />
    </FormDialog>
  )
}
