/** The browser's clock, read here only: times on pages are drawn from the server's, this one says how long ago. */
export const clock = {
  /** Milliseconds since 1970 UTC. */
  now: (): number => Date.now(),
}
