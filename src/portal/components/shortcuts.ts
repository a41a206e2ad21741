import { useEffect, useEffectEvent } from 'react'

export interface Shortcut {
  /** As `KeyboardEvent.key` says it: `j`, `/`, `Escape`. */
  readonly key: string
  /** Translated, for the help that `?` opens. */
  readonly label: string
  readonly run: () => void
}

const active = new Set<readonly Shortcut[]>()
const listeners = new Set<() => void>()
let listed: readonly Shortcut[] = []

/** What the keys do now, the newest page's first; the keyboard help reads it. */
export const activeShortcuts = {
  get: (): readonly Shortcut[] => listed,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/**
 * Keys that act while the component is shown, but not while somebody types or a dialog is open. `Escape` in a
 * dialog belongs to the dialog.
 */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target))
      return
    const found = shortcuts.find(({ key }) => key === event.key)
    if (!found) return
    event.preventDefault()
    found.run()
  })
  const labels = shortcuts.map(({ key, label }) => `${key}\0${label}`).join('\n')
  const list = useEffectEvent(() => shortcuts)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the labels is what must be listed anew
  useEffect(() => {
    const mine = list()
    const listen = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', listen)
    active.add(mine)
    tell()
    return () => {
      document.removeEventListener('keydown', listen)
      active.delete(mine)
      tell()
    }
  }, [labels])
}

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"], :popover-open')) return true
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select'))
  )
}

function tell(): void {
  listed = [...active].reverse().flat()
  for (const listener of listeners) listener()
}
