import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { announce } from '../../components/announce.ts'
import { type FileProblem, FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Draft } from './draft.ts'
import type { OpenDraft } from './use-draft.ts'

/** The draft's custom mapping: a file that is taken whole or, with what is wrong in each row, not at all. */
export function DraftMappingFile({ draft, open }: { draft: Draft; open: OpenDraft }) {
  const { t } = useTranslation('connectors')
  const [file, setFile] = useState<File | null>(null)
  const [problems, setProblems] = useState<readonly FileProblem[]>([])
  const [error, setError] = useState<unknown>(null)
  const upload = async (chosen: File) => {
    setFile(chosen)
    setProblems([])
    setError(null)
    await open.inTurn(async () => {
      try {
        const params = { id: draft.id }
        const answer = await call('uploadDraftMapping', {
          ...{ params, query: { name: chosen.name }, body: chosen },
        })
        if (answer.taken) open.take(await call('readDraft', { params }))
        else setProblems(answer.problems)
        if (!answer.taken) announce(t('general:upload.problems', { count: answer.problems.length }))
      } catch (refused) {
        setError(refused)
      }
    })
  }
  return (
    <>
      <div>
        <Link href={linkTo('downloadMappingTemplate')} download>
          {t('connectors:mapping.template')}
        </Link>
      </div>
      <FileUpload
        label={t('connectors:mapping.choose')}
        accept=".csv,text/csv"
        file={file}
        onFile={(chosen) => void upload(chosen)}
        pending={open.pending}
      />
      <ErrorNotice error={error} />
      <FileProblems problems={problems} />
      {draft.mappingFile && (
        <TakenFile
          file={draft.mappingFile}
          kept={problems.length > 0}
          onRemove={() => {
            setFile(null)
            void open.save({ removeMappingFile: true }, [])
          }}
        />
      )}
    </>
  )
}

function TakenFile(props: {
  file: NonNullable<Draft['mappingFile']>
  /** Another file was chosen since and refused. */
  kept: boolean
  onRemove: () => void
}) {
  const { file, kept, onRemove } = props
  const { t } = useTranslation('connectors')
  const format = useFormat()
  return (
    <Notice
      intent={kept ? 'info' : 'success'}
      actions={<Button onClick={onRemove}>{t('connectors:mapping.removeFile')}</Button>}
    >
      {t('connectors:mapping.taken', {
        count: file.rows,
        number: format.number(file.rows),
        name: file.name,
      })}
    </Notice>
  )
}
