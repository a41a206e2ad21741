import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { useTellOutcome } from './own-requests.tsx'

const kinds = ['role-group', 'user'] as const
type Kind = (typeof kinds)[number]

export function AddSearchFilter({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people')
  const tell = useTellOutcome()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Kind>('role-group')
  const [subject, setSubject] = useState('')
  const [mailboxes, setMailboxes] = useState('')
  const [departments, setDepartments] = useState('')
  const create = useChange('createSearchFilter', {
    stale: ['listSearchFilters', 'listApprovals'],
    onSuccess: (answer) => {
      onClose()
      tell(answer, t('people:filter.created'))
    },
  })
  const input = { mailboxes: linesOf(mailboxes), departments: linesOf(departments) }
  const save = () => create.mutate({ body: { name, for: { kind, id: Number(subject) }, ...input } })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('people:filter.add')}
      submit={t('people:filter.submit')}
      onSubmit={save}
      pending={create.isPending}
      disabled={
        name.trim() === '' || subject === '' || input.mailboxes.length + input.departments.length === 0
      }
      error={create.error}
    >
      <TextField
        label={t('people:filter.name')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        required
      />
      <ChooseSubject kind={kind} onKind={setKind} subject={subject} onSubject={setSubject} />
      <TextField
        label={t('people:filter.mailboxes')}
        hint={t('people:filter.mailboxesHint')}
        value={mailboxes}
        onChange={setMailboxes}
        lines={4}
      />
      <TextField
        label={t('people:filter.departments')}
        hint={t('people:filter.departmentsHint')}
        value={departments}
        onChange={setDepartments}
        lines={2}
      />
    </FormDialog>
  )
}

function ChooseSubject(props: {
  kind: Kind
  onKind: (kind: Kind) => void
  subject: string
  onSubject: (id: string) => void
}) {
  const { kind, onKind, subject, onSubject } = props
  const { t } = useTranslation('people')
  const subjects = useSubjects()
  return (
    <>
      <ChoiceField
        label={t('people:filter.limits')}
        value={kind}
        onChange={(next) => {
          onKind(next)
          onSubject('')
        }}
        choices={[
          { value: 'role-group', label: t('people:filter.aRoleGroup') },
          { value: 'user', label: t('people:filter.aUser') },
        ]}
      />
      <ChoiceField
        label={kind === 'user' ? t('people:filter.aUser') : t('people:filter.aRoleGroup')}
        value={subject}
        onChange={onSubject}
        choices={[{ value: '', label: t('people:filter.choose') }, ...subjects[kind]]}
        required
      />
    </>
  )
}

function useSubjects() {
  const users = useCall('listUsers', undefined)
  const groups = useCall('listRoleGroups', undefined)
  return {
    user: (users.data ?? []).map(({ id, name, username }) => ({
      value: String(id),
      label: `${name} (${username})`,
    })),
    'role-group': (groups.data ?? []).map(({ id, name }) => ({ value: String(id), label: name })),
  }
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean)
}
