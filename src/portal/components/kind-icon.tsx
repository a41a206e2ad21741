import type { FluentIcon } from '@fluentui/react-icons'
import { ArrowForwardRegular } from '@fluentui/react-icons/svg/arrow-forward'
import { CallRegular } from '@fluentui/react-icons/svg/call'
import { ChatRegular } from '@fluentui/react-icons/svg/chat'
import { ContactCardRegular } from '@fluentui/react-icons/svg/contact-card'
import { DocumentRegular } from '@fluentui/react-icons/svg/document'
import { ImageRegular } from '@fluentui/react-icons/svg/image'
import { InfoRegular } from '@fluentui/react-icons/svg/info'
import { LinkRegular } from '@fluentui/react-icons/svg/link'
import { LocationRegular } from '@fluentui/react-icons/svg/location'
import { MicRegular } from '@fluentui/react-icons/svg/mic'
import { PollRegular } from '@fluentui/react-icons/svg/poll'
import { VideoRegular } from '@fluentui/react-icons/svg/video'
import type { MessageKind } from '../../domain/message.ts'

const icons: Partial<Record<MessageKind, FluentIcon>> = {
  text: ChatRegular,
  image: ImageRegular,
  sticker: ImageRegular,
  voice: MicRegular,
  audio: MicRegular,
  video: VideoRegular,
  file: DocumentRegular,
  location: LocationRegular,
  contact: ContactCardRegular,
  poll: PollRegular,
  call: CallRegular,
  meeting: CallRegular,
  link: LinkRegular,
  forwarded: ArrowForwardRegular,
  mixed: ArrowForwardRegular,
}

/** A picture beside the word that says the same. */
export function KindIcon({ kind }: { kind: MessageKind }) {
  const Icon = icons[kind] ?? InfoRegular
  return <Icon aria-hidden />
}
