import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import { LongText } from './long-text.tsx'

const shownHeaders = ['From', 'To', 'Cc', 'Date', 'Subject']

/** The e-mail as a mail program would show it: its plain text, never its HTML. */
export function EmailTab({ id }: { id: string }) {
  const { t } = useTranslation('items')
  const format = useFormat()
  const email = useCall('readEmail', { params: { id } })
  return (
    <Loaded call={email}>
      {({ headers, text, textTruncated, parts }) => (
        <>
          <Section title={t('items:tab.email')}>
            <Headers headers={headers.filter(({ name }) => shownHeaders.includes(name))} />
            <div>
              <MessageText text={text} />
            </div>
            {textTruncated && <Notice>{t('items:emailCut')}</Notice>}
          </Section>
          <Section title={t('items:parts')}>
            <DataTable
              caption={t('items:parts')}
              rows={parts}
              rowKey={({ type, name, bytes }) => `${type} ${name} ${bytes}`}
              columns={[
                { key: 'type', title: t('items:partType'), render: ({ type }) => type },
                {
                  key: 'name',
                  title: t('items:name'),
                  render: ({ name }) => <MessageText text={name ?? '–'} />,
                },
                {
                  key: 'bytes',
                  title: t('items:size'),
                  align: 'end',
                  render: ({ bytes }) => format.bytes(bytes),
                },
              ]}
            />
          </Section>
        </>
      )}
    </Loaded>
  )
}

export function HeadersTab({ id }: { id: string }) {
  const { t } = useTranslation('items')
  const email = useCall('readEmail', { params: { id } })
  return (
    <Loaded call={email}>
      {({ headers }) => (
        <Section title={t('items:tab.headers')}>
          <Headers headers={headers} />
        </Section>
      )}
    </Loaded>
  )
}

function Headers({ headers }: { headers: readonly { name: string; value: string }[] }) {
  const { t } = useTranslation('items')
  const rows = headers.map((header, place) => ({ ...header, place }))
  return (
    <DataTable
      caption={t('items:tab.headers')}
      rows={rows}
      rowKey={({ place }) => place}
      columns={[
        { key: 'name', title: t('items:name'), render: ({ name }) => name },
        { key: 'value', title: t('items:value'), render: ({ value }) => <LongText text={value} /> },
      ]}
    />
  )
}
