import { Button, makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SidePanel } from '../../components/dialogs.tsx'

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', textAlign: 'start' },
  caption: {
    textAlign: 'start',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
    padding: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalXS}`,
  },
  cell: {
    padding: '5px 8px 5px 0',
    verticalAlign: 'top',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  example: {
    height: 'auto',
    minWidth: 0,
    minHeight: '24px',
    padding: '2px 6px',
    textAlign: 'start',
    fontFamily: tokens.fontFamilyMonospace,
    fontWeight: tokens.fontWeightRegular,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
})

/** How a query is written; an example is taken into the box by a click. */
export function QueryHelp({ onClose, onTake }: { onClose: () => void; onTake: (example: string) => void }) {
  const { t } = useTranslation('search')
  return (
    <SidePanel open onClose={onClose} title={t('search:help.title')}>
      <p style={{ margin: 0 }}>{t('search:help.lead')}</p>
      <Operators onTake={onTake} />
      <Properties onTake={onTake} />
      <p>{t('search:help.dates')}</p>
    </SidePanel>
  )
}

type Row = readonly [text: string, ...examples: string[]]

function Operators({ onTake }: { onTake: (example: string) => void }) {
  const { t } = useTranslation('search')
  const rows: readonly Row[] = [
    [t('search:help.and'), 'price AND offer', 'price offer'],
    [t('search:help.or'), 'price OR 价格'],
    [t('search:help.not'), 'price NOT list'],
    [t('search:help.phrase'), '"last price"'],
    [t('search:help.group'), '(gold OR silver) AND price'],
    [t('search:help.near'), 'call NEAR(5) client'],
    [t('search:help.beginning'), 'confiden*'],
  ]
  return <Examples caption={t('search:help.operators')} rows={rows} onTake={onTake} />
}

function Properties({ onTake }: { onTake: (example: string) => void }) {
  const { t } = useTranslation('search')
  const rows: readonly Row[] = [
    [t('search:help.from'), 'from:"Ana Silva"', 'from:+447700900123'],
    [t('search:help.to'), 'to:firm.example'],
    [t('search:help.participants'), 'participants:ana'],
    [t('search:help.conversation'), 'conversation:"Desk chat"'],
    [t('search:help.mailbox'), 'mailbox:ana@firm.example'],
    [t('search:help.sent'), 'sent:2026-03-01..2026-03-31', 'sent>=2026-03-01', 'sent:"last month"'],
    [t('search:help.received'), 'received:yesterday'],
    [t('search:help.channel'), 'channel:whatsapp', 'channel:(wechat OR wecom)'],
    [t('search:help.kind'), 'kind:voice', 'kind:(image OR video)'],
    [t('search:help.subject'), 'subject:offer'],
    [t('search:help.attachmentNames'), 'attachmentnames:contract*'],
    [t('search:help.hasAttachment'), 'hasattachment:true'],
    [t('search:help.size'), 'size>1000000'],
  ]
  return <Examples caption={t('search:help.properties')} rows={rows} onTake={onTake} />
}

function Examples(props: { caption: ReactNode; rows: readonly Row[]; onTake: (example: string) => void }) {
  const { caption, rows, onTake } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <tbody>
        {rows.map(([text, ...examples]) => (
          <tr key={text}>
            <th scope="row" className={styles.cell}>
              {text}
            </th>
            <td className={styles.cell}>
              {examples.map((example) => (
                <div key={example}>
                  <Button
                    size="small"
                    appearance="subtle"
                    className={styles.example}
                    aria-label={t('search:help.take', { example })}
                    title={t('search:help.take', { example })}
                    onClick={() => onTake(example)}
                  >
                    {example}
                  </Button>
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
