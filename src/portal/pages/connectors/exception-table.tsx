import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Time } from '../../components/time.tsx'
import { Explanation } from './explanation.tsx'
import { unmappedNumbers } from './explanation-parts.ts'
import { type Connector, reasonLabels } from './labels.ts'
import { MapParticipantDialog } from './map-participant-dialog.tsx'

type ImportException = Answer<'listExceptions'>['items'][number]

const useStyles = makeStyles({
  explanation: { minWidth: '260px', maxWidth: '72ch' },
  acts: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: tokens.spacingVerticalXS,
  },
  nowrap: { whiteSpace: 'nowrap' },
})

/** The numbers a row offers to map at once; a large group may name hundreds. */
const offeredMax = 3

export function ExceptionTable(props: { connector: Connector; rows: readonly ImportException[] }) {
  const { connector, rows } = props
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const [mapping, setMapping] = useState<string | null>(null)
  return (
    <>
      <DataTable
        bounded
        caption={t('connectors:exceptions.title')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: 'id', title: t('connectors:exceptions.id'), render: ({ id }) => id },
          {
            key: 'reason',
            title: t('connectors:preview.reason'),
            render: ({ reason }) => t(reasonLabels[reason].label),
          },
          {
            key: 'explanation',
            title: t('connectors:exceptions.explanation'),
            render: ({ explanation }) => (
              <div className={styles.explanation}>
                <Explanation text={explanation} />
              </div>
            ),
          },
          {
            key: 'sent',
            title: t('connectors:exceptions.sent'),
            render: ({ sentAt }) => (sentAt === null ? '–' : <Time of={sentAt} />),
          },
          {
            key: 'captured',
            title: t('connectors:exceptions.captured'),
            render: ({ capturedAt }) => <Time of={capturedAt} />,
          },
          {
            key: 'correct',
            title: t('connectors:exceptions.correct'),
            render: (row) => <Correct row={row} onMap={setMapping} />,
          },
        ]}
      />
      {mapping !== null && (
        <MapParticipantDialog connector={connector} number={mapping} onClose={() => setMapping(null)} />
      )}
    </>
  )
}

function Correct({ row, onMap }: { row: ImportException; onMap: (number: string) => void }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const numbers = unmappedNumbers(row.explanation).slice(0, offeredMax)
  if (numbers.length === 0) return '–'
  return (
    <div className={styles.acts}>
      {numbers.map((number) => (
        <Button key={number} size="small" className={styles.nowrap} onClick={() => onMap(number)}>
          {t('connectors:mapOne.map', { number })}
        </Button>
      ))}
    </div>
  )
}
