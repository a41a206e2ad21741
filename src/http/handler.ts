/** What a handler of an endpoint gets and gives; `api-routes.ts` does the rest for all of them alike. */
import type { z } from 'zod'
import type { Principal } from '../access/index.ts'
import type { Endpoint } from '../api/index.ts'

type Part<One extends Endpoint, Name extends 'params' | 'query'> = One extends {
  readonly [Key in Name]: infer Schema extends z.ZodType
}
  ? z.output<Schema>
  : undefined

type BodyOf<One extends Endpoint> = One['body'] extends z.ZodType
  ? z.output<One['body']>
  : One['body'] extends 'bytes'
    ? AsyncIterable<Uint8Array>
    : undefined

/** The checked input of a call. A body of bytes is the request's own stream: read it once, as it comes. */
export interface HandlerInput<One extends Endpoint> {
  readonly params: Part<One, 'params'>
  readonly query: Part<One, 'query'>
  readonly body: BodyOf<One>
}

/** A file to hand out. Without `shown` it is a download, whatever its type says. */
export interface Download {
  readonly name: string
  readonly type: string
  readonly content: AsyncIterable<Uint8Array> | Uint8Array | string
  /** Length of all of it, where known. */
  readonly bytes?: number
  /** For pictures, sound and film of safe types only: may be shown in the page. */
  readonly shown?: boolean
  /** The part that was asked for (both ends included) of `bytes`; answered as 206. */
  readonly range?: { readonly from: number; readonly to: number }
}

export interface Redirect {
  readonly redirect: string
}

/** Events as they come; ends when the caller goes away (`signal`). Undefined keeps the connection alive. */
export type Events = AsyncIterable<unknown>

export type HandlerAnswer<One extends Endpoint> = One['answer'] extends z.ZodType
  ? z.input<One['answer']>
  : One['answer'] extends 'bytes'
    ? Download | Redirect
    : One['answer'] extends 'events'
      ? Events
      : undefined

export interface CallContext {
  /** Present on every endpoint that is not for `anybody`. */
  readonly principal: Principal
  /** Null where nobody is signed in; only endpoints for `anybody` need to look. */
  readonly signedIn: Principal | null
  readonly clientIp: string
  readonly userAgent: string | null
  readonly correlationId: string
  /** `https://host` or `http://127.0.0.1:8080`, as the browser sees it. */
  readonly origin: string
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal
  /** A header of the request; of `range` the handlers of media need to know. */
  header(name: string): string | undefined
  /** Sets the session's cookie, or clears it. */
  setSession(token: string | null): void
  /** The step of signing in through the provider that this browser began; null where it began none. */
  readonly signInStep: string | null
  /**
   * Sets the step's cookie (HttpOnly, SameSite=Lax so that it comes back with the provider's redirect, ten
   * minutes, path of the provider's endpoints), or clears it.
   */
  setSignInStep(token: string | null): void
}

export type Handler<One extends Endpoint> = (
  input: HandlerInput<One>,
  context: CallContext,
) => Promise<HandlerAnswer<One>>

/** A handler for each endpoint of a table: one that is missing does not compile. */
export type Handlers<Table extends Readonly<Record<string, Endpoint>>> = {
  readonly [Name in keyof Table]: Handler<Table[Name]>
}
