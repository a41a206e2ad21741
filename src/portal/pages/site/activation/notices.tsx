import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { Section } from '../../../components/form.tsx'
import { Loaded } from '../../../components/notices.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { type Language, languageNames } from '../../../i18n/languages.ts'
import type { Notice } from './labels.ts'
import { NoticeEditor } from './notice-editor.tsx'

/** Versions of what users are told; a new one begins with the texts of the one that holds. */
export function Notices({ accountId }: { accountId: number }) {
  const { t } = useTranslation('activation')
  const notices = useCall('listNotices', { params: { id: accountId } })
  const [writing, setWriting] = useState(false)
  return (
    <Section title={t('activation:notices.title')} text={t('activation:notices.text')}>
      <Loaded call={notices}>
        {(rows) => (
          <>
            <div>
              <Button onClick={() => setWriting(true)}>{t('activation:notices.write')}</Button>
            </div>
            <Versions rows={rows} />
            {writing && (
              <NoticeEditor accountId={accountId} newest={rows[0]!} onClose={() => setWriting(false)} />
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Versions({ rows }: { rows: readonly Notice[] }) {
  const { t } = useTranslation('activation')
  const format = useFormat()
  return (
    <DataTable
      caption={t('activation:notices.title')}
      rows={rows}
      rowKey={({ version }) => version}
      columns={[
        {
          key: 'version',
          title: t('activation:notices.version'),
          align: 'end',
          render: ({ version }) => format.number(version),
        },
        {
          key: 'at',
          title: t('activation:notices.at'),
          render: ({ publishedAt }) => <Time of={publishedAt} />,
        },
        { key: 'by', title: t('activation:notices.by'), render: ({ publishedBy }) => publishedBy },
        {
          key: 'languages',
          title: t('activation:notices.languages'),
          render: ({ texts }) =>
            Object.keys(texts)
              .map((one) => languageNames[one as Language])
              .join(', '),
        },
      ]}
    />
  )
}
