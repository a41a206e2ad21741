/** What goes with an answer that leaves piece by piece. */
export interface Sending {
  /** Does something on behalf of the request, for the audit log. */
  readonly during: <Result>(work: () => Result) => Result
  readonly signal: AbortSignal
}
