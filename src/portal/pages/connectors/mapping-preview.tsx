import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Explanation } from './explanation.tsx'

type Preview = Answer<'previewDraft'>

/** How the site's registered users would find their mailboxes, and who would not. */
export function MappingPreview({ preview }: { preview: Preview }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { registeredUsers, byCsv, byEmailProperty, unmapped } = preview
  return (
    <>
      <Figures
        figures={[
          { name: t('connectors:preview.registered'), value: format.number(registeredUsers) },
          { name: t('connectors:preview.byCsv'), value: format.number(byCsv) },
          { name: t('connectors:preview.byEmail'), value: format.number(byEmailProperty) },
          { name: t('connectors:preview.unmapped'), value: format.number(unmapped) },
        ]}
      />
      {registeredUsers === 0 && <Notice>{t('connectors:preview.noUsers')}</Notice>}
      <Examples rows={preview.mappedExamples} />
      {unmapped > 0 && <Notice intent="warning">{t('connectors:preview.unmappedText')}</Notice>}
      <Unmapped rows={preview.unmappedUsers} />
      {unmapped > preview.unmappedUsers.length && (
        <span>
          {t('connectors:preview.unmappedMore', { number: format.number(preview.unmappedUsers.length) })}
        </span>
      )}
    </>
  )
}

function Examples({ rows }: { rows: Preview['mappedExamples'] }) {
  const { t } = useTranslation('connectors')
  if (rows.length === 0) return null
  return (
    <DataTable
      caption={t('connectors:preview.examples')}
      rows={rows}
      rowKey={({ name, mobile, mailbox }) => `${name} ${mobile} ${mailbox}`}
      columns={[
        { key: 'name', title: t('connectors:preview.example'), render: ({ name }) => <bdi>{name}</bdi> },
        { key: 'mobile', title: t('connectors:preview.mobile'), render: ({ mobile }) => mobile || '–' },
        { key: 'mailbox', title: t('connectors:report.mailbox'), render: ({ mailbox }) => mailbox },
        {
          key: 'rule',
          title: t('connectors:preview.rule'),
          render: ({ rule }) =>
            rule === 'csv' ? t('connectors:preview.byCsv') : t('connectors:preview.byEmail'),
        },
      ]}
    />
  )
}

function Unmapped({ rows }: { rows: Preview['unmappedUsers'] }) {
  const { t } = useTranslation('connectors')
  if (rows.length === 0) return null
  return (
    <DataTable
      bounded
      caption={t('connectors:preview.unmapped')}
      rows={rows}
      rowKey={({ name, mobile, email }) => `${name} ${mobile} ${email}`}
      columns={[
        { key: 'name', title: t('connectors:preview.notMapped'), render: ({ name }) => <bdi>{name}</bdi> },
        { key: 'mobile', title: t('connectors:preview.mobile'), render: ({ mobile }) => mobile || '–' },
        { key: 'email', title: t('connectors:preview.email'), render: ({ email }) => email || '–' },
        {
          key: 'reason',
          title: t('connectors:preview.reason'),
          render: ({ reason }) => <Explanation text={reason} />,
        },
      ]}
    />
  )
}
