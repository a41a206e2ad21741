import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts, Figures } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'

type Log = Answer<'readIntegrityLog'>

const problemTexts: Readonly<Record<Log['problems'][number], string>> = {
  unsigned: 'integrity:problem.unsigned',
  'no-timestamp': 'integrity:problem.noTimestamp',
}

export function IntegrityLogPage() {
  const { t } = useTranslation('integrity')
  const log = useCall('readIntegrityLog', undefined)
  return (
    <>
      <PageHeader title={t('integrity:title')} lead={t('integrity:lead')} />
      <Loaded call={log}>
        {(found) => (
          <>
            <Problems log={found} />
            <Reach log={found} />
            <Checkpoint checkpoint={found.checkpoint} />
            <SignedDay day={found.day} />
            <Verify log={found} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Problems({ log: { problems, day } }: { log: Log }) {
  const { t } = useTranslation('integrity')
  if (problems.length === 0) return <Notice intent="success">{t('integrity:noProblem')}</Notice>
  return problems.map((problem) => (
    <Notice key={problem} intent="warning">
      {t(problemTexts[problem])} {problem === 'no-timestamp' && <span lang="en">{day?.problem}</span>}
    </Notice>
  ))
}

function Reach({ log: { entries, waiting, checkpoint } }: { log: Log }) {
  const { t } = useTranslation('integrity')
  const format = useFormat()
  return (
    <Section title={t('integrity:reach.title')} text={t('integrity:reach.text')}>
      <Figures
        figures={[
          { name: t('integrity:reach.entries'), value: format.number(entries) },
          { name: t('integrity:reach.signed'), value: format.number(checkpoint?.size ?? 0) },
          { name: t('integrity:reach.waiting'), value: format.number(waiting) },
        ]}
      />
    </Section>
  )
}

function Checkpoint({ checkpoint }: { checkpoint: Log['checkpoint'] }) {
  const { t } = useTranslation('integrity')
  const format = useFormat()
  return (
    <Section title={t('integrity:checkpoint.title')} text={t('integrity:checkpoint.text')}>
      {checkpoint === null ? (
        <span>{t('integrity:checkpoint.none')}</span>
      ) : (
        <>
          <Facts
            facts={[
              { name: t('integrity:signedAt'), value: <Time of={checkpoint.at} /> },
              { name: t('integrity:overEntries'), value: format.number(checkpoint.size) },
              { name: t('integrity:checkpoint.root'), value: <Copyable text={checkpoint.root} /> },
            ]}
          />
          <Buttons>
            <DownloadButton href={linkTo('downloadCheckpoint')}>
              {t('integrity:checkpoint.download')}
            </DownloadButton>
          </Buttons>
        </>
      )}
    </Section>
  )
}

function SignedDay({ day }: { day: Log['day'] }) {
  const { t } = useTranslation('integrity')
  const format = useFormat()
  return (
    <Section title={t('integrity:day.title')} text={t('integrity:day.text')}>
      {day === null ? (
        <span>{t('integrity:day.none')}</span>
      ) : (
        <>
          <Facts
            facts={[
              { name: t('integrity:day.day'), value: day.day },
              { name: t('integrity:signedAt'), value: <Time of={day.at} /> },
              { name: t('integrity:overEntries'), value: format.number(day.size) },
              {
                name: t('integrity:day.timestamp'),
                value: day.timestamped ? (
                  <StatusBadge tone="good">{t('integrity:day.there')}</StatusBadge>
                ) : (
                  <StatusBadge tone={day.problem === null ? 'quiet' : 'warning'}>
                    {t('integrity:day.missing')}
                  </StatusBadge>
                ),
              },
            ]}
          />
          {day.timestamped && (
            <Buttons>
              <DownloadButton href={linkTo('downloadTimestamp')}>
                {t('integrity:day.download')}
              </DownloadButton>
              <DownloadButton href={linkTo('downloadDayCheckpoint')}>
                {t('integrity:day.downloadNote')}
              </DownloadButton>
            </Buttons>
          )}
        </>
      )}
    </Section>
  )
}

function Verify({ log: { origin, verifierKey } }: { log: Log }) {
  const { t } = useTranslation('integrity')
  return (
    <Section title={t('integrity:verify.title')} text={t('integrity:verify.text')}>
      <Facts
        facts={[
          { name: t('integrity:verify.origin'), value: <Copyable text={origin} /> },
          { name: t('integrity:verify.key'), value: <Copyable text={verifierKey} /> },
        ]}
      />
      <Buttons>
        <DownloadButton href={linkTo('downloadVerifier', { params: { form: 'page' } })}>
          {t('integrity:verify.page')}
        </DownloadButton>
        <DownloadButton href={linkTo('downloadVerifier', { params: { form: 'script' } })}>
          {t('integrity:verify.script')}
        </DownloadButton>
      </Buttons>
    </Section>
  )
}

function DownloadButton({ href, children }: { href: string; children: string }) {
  return (
    <Button as="a" icon={<ArrowDownloadRegular />} href={href} download>
      {children}
    </Button>
  )
}
