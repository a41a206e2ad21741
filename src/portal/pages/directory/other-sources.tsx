import { useTranslation } from 'react-i18next'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { type Directory, sourceOf } from './labels.ts'

const scimPath = '/scim/v2'
const syncFileCommand = 'npx holdfast directory sync --csv people.csv --dry-run'

/** What comes without being asked for here: pushed by an identity provider, or out of a file. */
export function OtherSources({ directory }: { directory: Directory }) {
  return (
    <>
      <Scim directory={directory} />
      <CsvFile directory={directory} />
    </>
  )
}

function Scim({ directory }: { directory: Directory }) {
  const { t } = useTranslation('directory')
  const own = sourceOf(directory, 'scim')
  return (
    <Section title={t('directory:scim.title')} text={t('directory:scim.text')}>
      <Facts
        facts={[
          {
            name: t('directory:scim.address'),
            value: <Copyable text={`${location.origin}${scimPath}`} />,
          },
          { name: t('directory:scim.last'), value: <Time of={own?.lastSuccessAt ?? null} /> },
        ]}
      />
      <SourceProblem problem={own?.problem ?? null} />
      <span>
        {t('directory:scim.token')} <PageLink to="/account">{t('directory:scim.tokens')}</PageLink>
      </span>
    </Section>
  )
}

function CsvFile({ directory }: { directory: Directory }) {
  const { t } = useTranslation('directory')
  const own = sourceOf(directory, 'csv')
  return (
    <Section title={t('directory:csv.title')} text={t('directory:csv.text')}>
      <span>
        <PageLink to="/mailboxes">{t('directory:csv.import')}</PageLink>
      </span>
      <Facts
        facts={[
          { name: t('directory:csv.command'), value: <Copyable text={syncFileCommand} /> },
          { name: t('directory:sync.lastSuccess'), value: <Time of={own?.lastSuccessAt ?? null} /> },
        ]}
      />
      <SourceProblem problem={own?.problem ?? null} />
    </Section>
  )
}

function SourceProblem({ problem }: { problem: Directory['sources'][number]['problem'] }) {
  const { t } = useTranslation('directory')
  if (problem === null) return null
  return (
    <Notice intent="error" title={t('directory:problem.title')}>
      <span lang="en">{problem.message}</span>
    </Notice>
  )
}
