import { useEffect, useMemo } from 'react'

/** Gives the focus back to what had it before a dialog opened; to the page's heading when that is gone. */
export function useFocusBack(open: boolean): void {
  // Read while it is drawn: once it stands, its first field has the focus.
  const opener = useMemo(() => (open ? document.activeElement : null), [open])
  useEffect(() => {
    if (!(opener instanceof HTMLElement)) return
    return () => void setTimeout(() => giveBack(opener))
  }, [opener])
}

function giveBack(opener: HTMLElement): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return
  const to = opener.isConnected && opener !== document.body ? opener : document.querySelector('#main h1')
  if (to instanceof HTMLElement) to.focus()
}
