import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { Figures } from '../../../components/facts.tsx'
import { Buttons, Section } from '../../../components/form.tsx'
import { ErrorNotice, Notice } from '../../../components/notices.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { Progress } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import type { Policy } from './labels.ts'

type BackTest = Policy['backTests'][number]

/** What a version would have found in the archive. */
export function BackTests({ policy }: { policy: Policy }) {
  const { t } = useTranslation('supervision')
  const may = useMay()
  const start = useChange('startSupervisionBackTest', { stale: ['readSupervisionPolicy'] })
  const [latest] = policy.backTests
  return (
    <Section title={t('supervision:test.title')} text={t('supervision:test.text')}>
      {policy.testing && <Progress done={0} total={null} label={t('supervision:test.running')} />}
      {policy.testProblem && <Notice intent="error">{t('supervision:test.failed')}</Notice>}
      <ErrorNotice error={start.error} />
      {may('startSupervisionBackTest') && (
        <Buttons>
          <Button
            disabled={policy.testing || start.isPending}
            onClick={() => start.mutate({ params: { id: policy.id }, body: {} })}
          >
            {policy.testing
              ? t('supervision:test.running')
              : t('supervision:test.start', { version: policy.newestVersion })}
          </Button>
        </Buttons>
      )}
      {latest && <Result test={latest} />}
    </Section>
  )
}

function Result({ test }: { test: BackTest }) {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  const may = useMay()
  const opens = may('readItem')
  return (
    <>
      <p>
        {t('supervision:test.of', { version: test.version })} <Time of={test.startedAt} />
      </p>
      <Figures
        figures={[
          { name: t('supervision:test.inScope'), value: format.number(test.inScope) },
          { name: t('supervision:column.matched'), value: format.number(test.matched) },
          { name: t('supervision:test.perThousand'), value: format.number(test.matchedPerThousand) },
          { name: t('supervision:column.unreadable'), value: format.number(test.unreadable) },
        ]}
      />
      {test.slowPatterns.length > 0 && (
        <Notice intent="warning">{t('supervision:problem.patternTooSlow')}</Notice>
      )}
      <DataTable
        caption={t('supervision:test.byRule')}
        rows={test.byRule}
        rowKey={({ rule }) => rule}
        columns={[
          { key: 'rule', title: t('supervision:column.rule'), render: ({ rule }) => rule },
          {
            key: 'matched',
            title: t('supervision:column.matched'),
            align: 'end',
            render: ({ matched }) => format.number(matched),
          },
          ...(opens
            ? [
                {
                  key: 'sample',
                  title: t('supervision:test.sample'),
                  render: ({ sample }: BackTest['byRule'][number]) =>
                    sample.slice(0, 5).map((item, place) => (
                      <span key={item}>
                        <PageLink to={`/items/${item}`}>{format.number(place + 1)}</PageLink>{' '}
                      </span>
                    )),
                },
              ]
            : []),
        ]}
      />
    </>
  )
}
