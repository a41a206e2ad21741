import { Button } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { ProviderProblem } from '../../api/provider-problem.ts'
import { useSession } from '../../api/session.ts'
import { Section } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'

const problemTexts: Readonly<Record<ProviderProblem, string>> = {
  'provider-refused': 'account:provider.refused',
  'user-unknown': 'account:provider.refused',
  'user-exists': 'account:provider.exists',
}

const route = getRouteApi('/signed-in/account')

/** Signing in by the account one has at the provider; shown where one is set up. */
export function ProviderLink() {
  const { t } = useTranslation('account')
  const { user } = useSession()
  const { problem } = route.useSearch()
  const options = useCall('readSignInOptions', undefined, { staleTime: 60_000 })
  const link = useChange('beginProviderLink', { onSuccess: ({ url }) => location.assign(url) })
  const name = options.data?.provider ?? null
  if (name === null) return null
  return (
    <Section
      title={t('account:provider.title', { name })}
      text={user.hasProvider ? t('account:provider.linked', { name }) : t('account:provider.text', { name })}
    >
      {problem && <Notice intent="error">{t(problemTexts[problem])}</Notice>}
      <ErrorNotice error={link.error} />
      <div>
        <Button onClick={() => link.mutate(undefined)} disabledFocusable={link.isPending}>
          {user.hasProvider ? t('account:provider.again') : t('account:provider.link')}
        </Button>
      </div>
    </Section>
  )
}
