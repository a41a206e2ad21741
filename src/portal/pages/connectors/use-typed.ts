import { useEffect, useRef, useState } from 'react'
import type { Draft, DraftChange } from './draft.ts'

/** Fields of the wizard that are written in, as they stand there. */
export interface Typed {
  readonly name?: string
  readonly siteUrl?: string
  readonly username?: string
  /** Kept in the memory of this page alone. */
  readonly password?: string
  readonly catchAll?: string
}

/**
 * What is typed and not saved yet. It stays while one goes back and forth, and in this tab over a reload, also where
 * the server cannot be reached; only the password does not outlive the page.
 */
export function useTyped(draftId: string) {
  const key = `holdfast.draft.${draftId}`
  const [typed, setTyped] = useState<Typed>(() => kept(key))
  // What to save is what is typed when its turn comes, not when the button was drawn.
  const latest = useRef(typed)
  const set = (next: Typed) => {
    latest.current = next
    setTyped(next)
  }
  useEffect(() => {
    const { password: _password, ...fields } = typed
    if (Object.keys(fields).length === 0) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(fields))
  }, [key, typed])
  return {
    typed,
    latest,
    type: (change: Typed) => set({ ...latest.current, ...change }),
    forget: () => set({}),
    /** Lets go of what was saved as it stands; what was typed on meanwhile stays. */
    settle: (saved: Typed) => {
      const open = Object.entries(latest.current).filter(
        ([name, value]) => saved[name as keyof Typed] !== value,
      )
      set(Object.fromEntries(open))
    },
  }
}

function kept(key: string): Typed {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Typed
  } catch {
    return {}
  }
}

/** The fields as the steps show them: what is typed before what is saved. */
export function fieldsOf(draft: Draft, typed: Typed) {
  return {
    name: typed.name ?? draft.name,
    siteUrl: typed.siteUrl ?? draft.siteUrl,
    username: typed.username ?? draft.username,
    password: typed.password ?? '',
    catchAll: typed.catchAll ?? draft.catchAll ?? '',
  }
}

/** A step saves its own fields: what is wrong in another must not stop it. */
export function partOf(typed: Typed, fields: readonly (keyof Typed)[] | undefined): Typed {
  if (fields === undefined) return { ...typed }
  return Object.fromEntries(Object.entries(typed).filter(([name]) => fields.includes(name as keyof Typed)))
}

/** What of it is to be saved. */
export function changeOf({ catchAll, password, ...fields }: Typed): DraftChange {
  return {
    ...fields,
    ...(password ? { password } : {}),
    ...(catchAll === undefined ? {} : { catchAll: catchAll.trim() || null }),
  }
}
