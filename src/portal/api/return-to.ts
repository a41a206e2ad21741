/** Where to go after a sign-in that leaves the portal for the sign-in provider. Paths carry ids, never texts. */
const key = 'holdfast.return-to'

export function keepPlaceToReturn(path: string): void {
  sessionStorage.setItem(key, path)
}

/** Once only. */
export function takePlaceToReturn(): string | null {
  const path = sessionStorage.getItem(key)
  sessionStorage.removeItem(key)
  return path === null ? null : ownPath(path)
}

/** A path of the portal itself; anything else, such as `//elsewhere.example`, becomes the home page. */
export function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : '/'
}
