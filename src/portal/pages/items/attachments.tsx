import { Link, makeStyles, tokens } from '@fluentui/react-components'
import { AttachRegular } from '@fluentui/react-icons/svg/attach'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo } from '../../api/calls.ts'
import { MessageText } from '../../components/message-text.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Message } from './answers.ts'

type Attachment = Message['attachments'][number]

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalS },
  picture: {
    display: 'block',
    maxWidth: '100%',
    maxHeight: '360px',
    borderRadius: tokens.borderRadiusMedium,
  },
  sound: { width: 'min(320px, 100%)' },
  file: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalXS,
    alignItems: 'center',
    minWidth: 0,
  },
  facts: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
})

const reasons = {
  omitted: 'items:missing.omitted',
  'not-in-archive': 'items:missing.notInArchive',
  expired: 'items:missing.expired',
  'view-once': 'items:missing.viewOnce',
} as const

/** Pictures, sound and film in place, everything else to be taken along; and what is missing, with the reason. */
export function Attachments({ message }: { message: Message }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const { id, attachments, missingAttachments } = message
  if (attachments.length === 0 && missingAttachments.length === 0) return null
  return (
    <ul className={styles.list}>
      {attachments.map((attachment) => (
        <li key={attachment.place}>
          <Shown item={id} attachment={attachment} />
          <FileLink item={id} attachment={attachment} />
        </li>
      ))}
      {missingAttachments.map(({ name, reason }) => (
        <li key={`${name} ${reason}`} className={styles.facts}>
          <MessageText text={name} /> {t(reasons[reason])}
        </li>
      ))}
    </ul>
  )
}

function Shown({ item, attachment }: { item: string; attachment: Attachment }) {
  const styles = useStyles()
  const { t } = useTranslation('items')
  const [broken, setBroken] = useState(false)
  const { place, name, shownAs } = attachment
  const address = linkTo('readAttachment', { params: { id: item, place }, query: { shown: 'true' } })
  const onError = () => setBroken(true)
  if (broken) return <span className={styles.facts}>{t('items:cannotShow')}</span>
  switch (shownAs) {
    case 'image':
      return <img className={styles.picture} src={address} alt={name} loading="lazy" onError={onError} />
    case 'audio':
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what people said
        <audio
          className={styles.sound}
          src={address}
          controls
          preload="none"
          aria-label={name}
          onError={onError}
        />
      )
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what people said
        <video
          className={styles.picture}
          src={address}
          controls
          preload="none"
          aria-label={name}
          onError={onError}
        />
      )
    case 'file':
      return null
  }
}

function FileLink({ item, attachment }: { item: string; attachment: Attachment }) {
  const styles = useStyles()
  const format = useFormat()
  const { place, name, type, bytes, sha256 } = attachment
  return (
    <span className={styles.file}>
      <AttachRegular aria-hidden />
      <Link href={linkTo('readAttachment', { params: { id: item, place }, query: {} })} download={name}>
        <MessageText text={name} />
      </Link>
      <span className={styles.facts} title={`SHA-256 ${sha256}`}>
        {type} · {format.bytes(bytes)}
      </span>
    </span>
  )
}
