/** What the site and the child process that holds Tencent's library say to each other. */

/** What the library is started with. Travels over the pipe between the two, never on a command line. */
export interface SdkStart {
  readonly library: string
  readonly corpId: string
  readonly secret: string
  /** Empty for none. */
  readonly proxy: string
  readonly proxySignIn: string
  /** PEM by version. */
  readonly privateKeys: Readonly<Record<string, string>>
}

/** A message as WeCom hands it out: its random key for one of our keys, the message for the random key. */
export interface SealedMessage {
  readonly keyVersion: string
  readonly randomKey: string
  readonly message: string
}

/** `random-key-damaged`: others of its version could be opened. `code`: what DecryptData returned. `crashed`: the library died of it, twice. */
export type OpenedMessage =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'key-missing' | 'key-wrong' | 'random-key-damaged' | 'crashed' }
  | { readonly problem: 'refused'; readonly code: number }

export interface ChatAnswer {
  readonly code: number
  readonly content: Uint8Array
}

export interface MediaAnswer {
  readonly code: number
  readonly data: Uint8Array
  /** Where to go on; opaque. */
  readonly nextIndex: string
  readonly finished: boolean
}

export type SdkRequest =
  | { readonly op: 'start'; readonly start: SdkStart }
  | { readonly op: 'chat'; readonly after: string; readonly limit: number; readonly timeoutSeconds: number }
  | { readonly op: 'open'; readonly sealed: readonly SealedMessage[] }
  | { readonly op: 'media'; readonly fileId: string; readonly index: string; readonly timeoutSeconds: number }

export interface SdkAnswers {
  /** What Init returned. */
  readonly start: { readonly code: number }
  readonly chat: ChatAnswer
  readonly open: readonly OpenedMessage[]
  readonly media: MediaAnswer
}

export interface AskedOfChild {
  readonly id: number
  readonly request: SdkRequest
}

/** `failure`: a sentence, where the child could not do it at all (the library cannot be loaded). */
export type AnsweredByChild =
  | { readonly id: number; readonly answer: SdkAnswers[SdkRequest['op']] }
  | { readonly id: number; readonly failure: string }
