import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'

/** How the site's registered users would find their mailboxes, and who would not. */
export function MappingPreview({ preview }: { preview: Answer<'previewDraft'> }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { registeredUsers, byCsv, byEmailProperty, unmapped, unmappedUsers } = preview
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
      {unmapped > 0 && <Notice intent="warning">{t('connectors:preview.unmappedText')}</Notice>}
      {unmappedUsers.length > 0 && (
        <DataTable
          bounded
          caption={t('connectors:preview.unmapped')}
          rows={unmappedUsers}
          rowKey={({ name, mobile, email }) => `${name} ${mobile} ${email}`}
          columns={[
            { key: 'name', title: t('connectors:column.name'), render: ({ name }) => <bdi>{name}</bdi> },
            { key: 'mobile', title: t('connectors:preview.mobile'), render: ({ mobile }) => mobile || '–' },
            { key: 'email', title: t('connectors:preview.email'), render: ({ email }) => email || '–' },
            { key: 'reason', title: t('connectors:preview.reason'), render: ({ reason }) => reason },
          ]}
        />
      )}
    </>
  )
}
