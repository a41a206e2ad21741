import { Button, makeStyles, mergeClasses, ProgressBar, tokens } from '@fluentui/react-components'
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload'
import { useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { uploads } from '../api/uploads.ts'
import { useFormat } from '../i18n/format.ts'
import { DataTable } from './data-table.tsx'
import { Notice } from './notices.tsx'

const useStyles = makeStyles({
  zone: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingVerticalXL,
    borderRadius: tokens.borderRadiusLarge,
    border: `2px dashed ${tokens.colorNeutralStroke1}`,
    textAlign: 'center',
  },
  over: { border: `2px dashed ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorBrandBackground2 },
  name: { overflowWrap: 'anywhere' },
  sent: { flexBasis: '100%', display: 'grid', gap: tokens.spacingVerticalXS },
})

/** Choose a file or drop it here. The caller sends it: a `File` is a body that goes as a stream. */
export function FileUpload(props: {
  label: string
  accept?: string
  file: File | null
  onFile: (file: File) => void
  pending?: boolean
}) {
  const { label, accept, file, onFile, pending = false } = props
  const styles = useStyles()
  const format = useFormat()
  const { t } = useTranslation('general')
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (files: FileList | null) => {
    const first = files?.[0]
    if (first && !pending) onFile(first)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button is everybody's
    <div
      className={mergeClasses(styles.zone, over && styles.over)}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files)
      }}
    >
      <input ref={input} type="file" hidden accept={accept} onChange={(event) => take(event.target.files)} />
      <Button
        icon={<ArrowUploadRegular />}
        disabledFocusable={pending}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <span className={styles.name}>
        {file ? `${file.name} (${format.bytes(file.size)})` : t('general:upload.drop')}
      </span>
      {pending && file && <Sent file={file} />}
    </div>
  )
}

/** How far a file is on its way; once it is all sent, the server still reads it. */
function Sent({ file }: { file: File }) {
  const styles = useStyles()
  const format = useFormat()
  const { t } = useTranslation('general')
  const sent = Math.min(
    file.size,
    useSyncExternalStore(uploads.subscribe, () => uploads.sentOf(file)),
  )
  const all = sent === file.size
  const text = all
    ? t('general:upload.reading')
    : t('general:upload.sent', { sent: format.bytes(sent), total: format.bytes(file.size) })
  return (
    <span className={styles.sent}>
      <ProgressBar
        value={all ? undefined : sent / file.size}
        thickness="large"
        aria-label={t('general:upload.progress', { name: file.name })}
      />
      <span>{text}</span>
    </span>
  )
}

export interface FileProblem {
  readonly row: number
  readonly column: string
  readonly message: string
}

/** What was refused of a file, row by row, so that it can be mended in the spreadsheet. */
export function FileProblems({ problems }: { problems: readonly FileProblem[] }) {
  const format = useFormat()
  const { t } = useTranslation('general')
  if (problems.length === 0) return null
  return (
    <>
      <Notice intent="error">{t('general:upload.problems', { count: problems.length })}</Notice>
      <DataTable
        bounded
        caption={t('general:upload.problemsCaption')}
        rows={problems.slice(0, 500)}
        rowKey={(problem) => `${problem.row} ${problem.column} ${problem.message}`}
        columns={[
          {
            key: 'row',
            title: t('general:upload.row'),
            align: 'end',
            render: ({ row }) => format.number(row),
          },
          { key: 'column', title: t('general:upload.column'), render: ({ column }) => column },
          { key: 'message', title: t('general:upload.message'), render: ({ message }) => message },
        ]}
      />
    </>
  )
}
