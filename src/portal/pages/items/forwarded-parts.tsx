import { makeStyles, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { useTranslation } from 'react-i18next'
import { KindIcon } from '../../components/kind-icon.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { kindLabels } from '../../i18n/message-labels.ts'
import type { Message } from './answers.ts'

type Part = Message['parts'][number]

const useStyles = makeStyles({
  frame: {
    padding: '6px 10px',
    minWidth: 0,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  // Deep in, a level takes less room, so that the innermost words still have some.
  deep: {
    paddingInlineStart: '6px',
    minWidth: 0,
    borderInlineStartWidth: '2px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke1,
  },
  summary: { cursor: 'pointer', fontSize: tokens.fontSizeBase200 },
  parts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalS,
    margin: `${tokens.spacingVerticalS} 0 0`,
    padding: 0,
    listStyle: 'none',
  },
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalXS,
    alignItems: 'center',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  by: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1, minWidth: 0 },
})

const foldedFrom = 20

/** Messages that were forwarded together, each with its own; folded where many lie together or deep inside. */
export function ForwardedParts({ parts, depth = 0 }: { parts: readonly Part[]; depth?: number }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  return (
    <details
      className={depth < 2 ? styles.frame : styles.deep}
      open={depth < 2 && parts.length <= foldedFrom}
    >
      <summary className={styles.summary}>{t('items:inside', { count: parts.length })}</summary>
      <ol className={styles.parts}>
        {parts.map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and never change their order
          <li key={place}>
            <OnePart part={part} depth={depth} />
          </li>
        ))}
      </ol>
    </details>
  )
}

function OnePart({ part, depth }: { part: Part; depth: number }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  return (
    <>
      <div className={styles.head}>
        <KindIcon kind={part.kind} />
        <span className={styles.by}>
          <MessageText text={part.senderName ?? t(kindLabels[part.kind])} />
        </span>
        {part.sentAtText && <MessageText text={part.sentAtText} />}
      </div>
      {part.text !== '' && <MessageText text={part.text} />}
      {part.attachmentNames.map((name) => (
        <div key={name} className={styles.head}>
          <AttachRegular aria-hidden />
          <MessageText text={name} />
        </div>
      ))}
      {part.parts.length > 0 && <ForwardedParts parts={part.parts} depth={depth + 1} />}
    </>
  )
}
