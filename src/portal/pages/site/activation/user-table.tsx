import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../../components/data-table.tsx'
import { Buttons } from '../../../components/form.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { wayLabels } from '../../activation/labels.ts'
import { sourceLabels } from '../labels.ts'
import type { Act } from './act-dialogs.tsx'
import { answerLabels, invitationLabels, stateLabels, type UserActivation } from './labels.ts'

interface Acts {
  readonly mails: boolean
  readonly busy: boolean
  readonly onInvite: (user: UserActivation, byHand: boolean) => void
  readonly onAct: (act: Act, user: UserActivation) => void
}

export function UserTable({ users, ...acts }: Acts & { users: readonly UserActivation[] }) {
  const { t } = useTranslation(['activation', 'general'])
  const format = useFormat()
  return (
    <DataTable
      bounded
      caption={t('activation:users.title')}
      rows={users}
      rowKey={({ userId }) => userId}
      empty={<span>{t('activation:users.none')}</span>}
      columns={[
        {
          key: 'name',
          title: t('activation:users.name'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ name, mobile }) => (
            <>
              <bdi>{name}</bdi>
              <div>{mobile}</div>
            </>
          ),
        },
        {
          key: 'invitation',
          title: t('activation:users.invitation'),
          compare: (a, b) => (a.invitation?.state ?? '').localeCompare(b.invitation?.state ?? ''),
          render: (user) => <Invitation user={user} />,
        },
        {
          key: 'capture',
          title: t('activation:users.capture'),
          compare: (a, b) => (a.capture?.answer ?? '').localeCompare(b.capture?.answer ?? ''),
          render: ({ capture }) => <Consent answer={capture} />,
        },
        {
          key: 'abroad',
          title: t('activation:users.abroad'),
          render: ({ crossBorder }) => <Consent answer={crossBorder} />,
        },
        { key: 'ways', title: t('activation:users.ways'), render: (user) => <Ways user={user} /> },
        {
          key: 'actions',
          title: t('general:actions'),
          render: (user) => user.leftAt === null && <UserActs {...acts} user={user} />,
        },
      ]}
    />
  )
}

function Invitation({ user: { invitation, leftAt } }: { user: UserActivation }) {
  const { t } = useTranslation('activation')
  if (leftAt !== null)
    return (
      <>
        {t('activation:users.leftAt')} <Time of={leftAt} />
      </>
    )
  const { label, tone } = invitationLabels[invitation?.state ?? 'none']
  return (
    <>
      <StatusBadge tone={tone}>{t(label)}</StatusBadge>
      {invitation && (
        <div>
          <Time of={invitation.invitedAt} show="ago" />
        </div>
      )}
    </>
  )
}

function Consent({ answer }: { answer: UserActivation['capture'] }) {
  const { t } = useTranslation('activation')
  if (answer === null) return t('activation:consent.none')
  const { label, tone } = answerLabels[answer.answer]
  return (
    <>
      <StatusBadge tone={answer.outdated && tone === 'good' ? 'warning' : tone}>{t(label)}</StatusBadge>
      <div>
        <Time of={answer.at} show="ago" />
      </div>
      {answer.outdated && <div>{t('activation:users.outdated')}</div>}
    </>
  )
}

function Ways({ user: { ways } }: { user: UserActivation }) {
  const { t } = useTranslation(['activation', 'site'])
  return ways.map(({ way, state }) => (
    <div key={way}>
      {t((wayLabels as Record<string, string>)[way] ?? sourceLabels[way] ?? way)}{' '}
      <StatusBadge tone={stateLabels[state].tone}>{t(stateLabels[state].label)}</StatusBadge>
    </div>
  ))
}

function UserActs({ user, mails, busy, onInvite, onAct }: Acts & { user: UserActivation }) {
  const { t } = useTranslation('activation')
  const { name, invitation, capture } = user
  const again = invitation !== null
  return (
    <Buttons>
      <Button
        size="small"
        disabledFocusable={busy}
        aria-label={
          again ? t('activation:users.inviteAgainOne', { name }) : t('activation:users.inviteOne', { name })
        }
        onClick={() => onInvite(user, false)}
      >
        {again ? t('activation:users.inviteAgain') : t('activation:users.invite')}
      </Button>
      {mails && (
        <Button
          size="small"
          disabledFocusable={busy}
          aria-label={t('activation:users.linkOne', { name })}
          onClick={() => onInvite(user, true)}
        >
          {t('activation:users.link')}
        </Button>
      )}
      {(capture === null || capture.answer === 'given') && (
        <Button
          size="small"
          aria-label={t('activation:users.withdrawOne', { name })}
          onClick={() => onAct('withdraw', user)}
        >
          {t('activation:users.withdraw')}
        </Button>
      )}
      <Button
        size="small"
        aria-label={t('activation:users.leaveOne', { name })}
        onClick={() => onAct('leave', user)}
      >
        {t('activation:users.leave')}
      </Button>
    </Buttons>
  )
}
