import { MessageText } from './message-text.tsx'

/** An address in a table, which breaks before its domain where it must and not somewhere within a name. */
export function Address({ of: address }: { of: string }) {
  const at = address.lastIndexOf('@')
  return (
    <span>
      <MessageText oneLine text={address.slice(0, Math.max(at, 0))} />
      <wbr />
      <MessageText oneLine text={address.slice(Math.max(at, 0))} />
    </span>
  )
}
