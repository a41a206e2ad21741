import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall, useChange } from '../../api/calls.ts'
import { FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Connector } from './connector-page.tsx'
import { MappingPreview } from './mapping-preview.tsx'

/** The custom mapping in force; a new file replaces it whole. */
export function MappingSection({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { id, mappingRows, mappingVersion } = connector
  const [file, setFile] = useState<File | null>(null)
  const [showing, setShowing] = useState(false)
  const upload = useChange('uploadMapping', { stale: ['readConnector', 'previewConnectorMapping'] })
  const params = { id }
  return (
    <Section
      title={t('connectors:mapping.custom')}
      text={
        mappingRows === 0
          ? t('connectors:mapping.noneYet')
          : t('connectors:mapping.inForce', {
              count: mappingRows,
              number: format.number(mappingRows),
              version: mappingVersion,
            })
      }
    >
      <Buttons>
        <Link href={linkTo('downloadMapping', { params, query: { safe: 'true' } })} download>
          {t('connectors:mapping.download')}
        </Link>
        <Link href={linkTo('downloadMapping', { params, query: { safe: 'false' } })} download>
          {t('connectors:csv.untouched')}
        </Link>
        <Link href={linkTo('downloadMappingTemplate')} download>
          {t('connectors:mapping.template')}
        </Link>
      </Buttons>
      <FileUpload
        label={t('connectors:mapping.choose')}
        accept=".csv,text/csv"
        file={file}
        pending={upload.isPending}
        onFile={(chosen) => {
          setFile(chosen)
          upload.mutate({ params, query: { name: chosen.name }, body: chosen })
        }}
      />
      <ErrorNotice error={upload.error} />
      {upload.data?.taken === false && <FileProblems problems={upload.data.problems} />}
      {upload.data?.taken && file && (
        <Notice intent="success">
          {t('connectors:mapping.taken', {
            count: upload.data.rows,
            number: format.number(upload.data.rows),
            name: file.name,
          })}
        </Notice>
      )}
      <div>
        <Button onClick={() => setShowing(!showing)} aria-expanded={showing}>
          {t('connectors:mapping.preview')}
        </Button>
      </div>
      {showing && <Preview id={id} />}
    </Section>
  )
}

function Preview({ id }: { id: number }) {
  const preview = useCall('previewConnectorMapping', { params: { id } })
  return <Loaded call={preview}>{(data) => <MappingPreview preview={data} />}</Loaded>
}
