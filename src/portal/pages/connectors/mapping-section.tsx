import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall, useChange } from '../../api/calls.ts'
import { FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Connector } from './labels.ts'
import { MapParticipantDialog } from './map-participant-dialog.tsx'
import { MappingPreview } from './mapping-preview.tsx'

/** The custom mapping in force: looked at, taken out, added to, or replaced whole by a file. */
export function MappingSection({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { mappingRows, mappingVersion } = connector
  const [showing, setShowing] = useState(false)
  const [adding, setAdding] = useState(false)
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
      <Downloads connector={connector} />
      <Upload connector={connector} />
      <Buttons>
        <Button onClick={() => setAdding(true)}>{t('connectors:mapOne.title')}</Button>
        <Button onClick={() => setShowing(!showing)} aria-expanded={showing}>
          {t('connectors:mapping.preview')}
        </Button>
      </Buttons>
      {showing && <Preview id={connector.id} />}
      {adding && <MapParticipantDialog connector={connector} number="" onClose={() => setAdding(false)} />}
    </Section>
  )
}

function Downloads({ connector: { id, mappingRows } }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const params = { id }
  return (
    <Buttons>
      <Link href={linkTo('downloadMappingTemplate')} download>
        {t('connectors:mapping.template')}
      </Link>
      {mappingRows > 0 && (
        <>
          <Link href={linkTo('downloadMapping', { params, query: { safe: 'true' } })} download>
            {t('connectors:mapping.download')}
          </Link>
          <Link href={linkTo('downloadMapping', { params, query: { safe: 'false' } })} download>
            {t('connectors:csv.untouched')}
          </Link>
        </>
      )}
    </Buttons>
  )
}

function Upload({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const [file, setFile] = useState<File | null>(null)
  const upload = useChange('uploadMapping', {
    stale: ['readConnector', 'listConnectors', 'previewConnectorMapping'],
  })
  return (
    <>
      <FileUpload
        label={t('connectors:mapping.choose')}
        accept=".csv,text/csv"
        file={file}
        pending={upload.isPending}
        onFile={(chosen) => {
          setFile(chosen)
          upload.mutate({ params: { id: connector.id }, query: { name: chosen.name }, body: chosen })
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
          })}{' '}
          {connector.openExceptions > 0 && t('connectors:mapping.thenReprocess')}
        </Notice>
      )}
    </>
  )
}

function Preview({ id }: { id: number }) {
  const preview = useCall('previewConnectorMapping', { params: { id } }, { staleTime: 60_000 })
  return <Loaded call={preview}>{(data) => <MappingPreview preview={data} />}</Loaded>
}
