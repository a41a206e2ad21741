import { Button, Checkbox, makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { administratorsGroup, type Role, readingRoles, roles } from '../../../domain/roles.ts'
import { Buttons, Form, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import type { RoleGroup } from './role-groups-page.tsx'
import { roleTexts } from './role-texts.ts'

const useStyles = makeStyles({
  roles: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 340px), 1fr))',
    gap: tokens.spacingVerticalS,
  },
  explained: {
    display: 'block',
    paddingInlineStart: '32px',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
})

export interface Values {
  readonly name: string
  readonly description: string
  readonly roles: readonly Role[]
  /** One a line. */
  readonly oidcGroups: string
}

/** As the contract wants it. */
export function bodyOf({ name, description, roles, oidcGroups }: Values) {
  const lines = oidcGroups.split('\n').map((line) => line.trim())
  return { name: name.trim(), description, roles: [...roles], oidcGroups: lines.filter(Boolean) }
}

/** What a role group is called, gives, and whom it takes from the sign-in provider. */
export function RoleGroupForm(props: {
  values: Values
  onChange: (values: Values) => void
  onSubmit: () => void
  pending: boolean
  error: unknown
  back: string
  group?: RoleGroup
  /** Whether whoever edits is a member, and so gives himself what he adds. */
  gains?: boolean
}) {
  const { values, onChange, onSubmit, pending, error, back, group, gains = false } = props
  const { t } = useTranslation(['people', 'general'])
  const navigate = useNavigate()
  return (
    <>
      <About values={values} onChange={onChange} onSubmit={onSubmit} builtIn={group?.builtIn ?? false} />
      <ChooseRoles
        chosen={values.roles}
        onChoose={(chosen) => onChange({ ...values, roles: chosen })}
        kept={group?.name === administratorsGroup ? 'Role Management' : null}
      />
      {gains && (
        <Notice intent="warning" title={t('people:self.rolesTitle')}>
          {t('people:self.text')}
        </Notice>
      )}
      <ErrorNotice error={error} />
      <Buttons>
        <Button
          appearance="primary"
          disabled={values.name.trim() === ''}
          disabledFocusable={pending}
          onClick={onSubmit}
        >
          {t('general:action.save')}
        </Button>
        <Button onClick={() => void navigate({ to: back })}>{t('general:action.cancel')}</Button>
      </Buttons>
    </>
  )
}

function About(props: {
  values: Values
  onChange: (values: Values) => void
  onSubmit: () => void
  builtIn: boolean
}) {
  const { values, onChange, onSubmit, builtIn } = props
  const { t } = useTranslation('people')
  return (
    <Section title={t('people:roleGroup.about')}>
      <Form onSubmit={onSubmit}>
        <TextField
          label={t('people:roleGroup.name')}
          hint={builtIn ? t('people:roleGroup.nameKept') : undefined}
          value={values.name}
          onChange={(name) => onChange({ ...values, name })}
          readOnly={builtIn}
          maxLength={100}
          required
        />
        <TextField
          label={t('people:roleGroup.description')}
          value={values.description}
          onChange={(description) => onChange({ ...values, description })}
          maxLength={1000}
          lines={3}
        />
        <TextField
          label={t('people:roleGroup.oidcGroups')}
          hint={t('people:roleGroup.oidcHint')}
          value={values.oidcGroups}
          onChange={(oidcGroups) => onChange({ ...values, oidcGroups })}
          lines={3}
        />
      </Form>
    </Section>
  )
}

function ChooseRoles(props: {
  chosen: readonly Role[]
  onChoose: (roles: readonly Role[]) => void
  /** Cannot be taken away. */
  kept: Role | null
}) {
  const { chosen, onChoose, kept } = props
  const styles = useStyles()
  const { t } = useTranslation('people')
  return (
    <Section title={t('people:roleGroup.roles')} text={t('people:roleGroup.chooseText')}>
      <div className={styles.roles}>
        {roles.map((role) => (
          <div key={role}>
            <Checkbox
              label={role}
              checked={chosen.includes(role)}
              disabled={role === kept && chosen.includes(role)}
              onChange={(_, { checked }) =>
                onChoose(checked ? [...chosen, role] : chosen.filter((one) => one !== role))
              }
            />
            {readingRoles.has(role) && (
              <StatusBadge tone="warning">{t('people:roleGroup.reads')}</StatusBadge>
            )}
            <span className={styles.explained}>{t(roleTexts[role])}</span>
          </div>
        ))}
      </div>
    </Section>
  )
}
