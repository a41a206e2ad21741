import { useEffect, useEffectEvent } from 'react'
import type { z } from 'zod'
import type { EndpointName, Endpoints } from '../../api/index.ts'
import { addresses } from './endpoints.generated.ts'

type EventsName = {
  [Name in EndpointName]: Endpoints[Name]['answer'] extends 'events' ? Name : never
}[EndpointName]

const pollMilliseconds = 5_000
const reconnectMilliseconds = 30_000

/**
 * Calls `onEvent` with each checked event. Where events do not come through (a proxy that holds them back, a lost
 * connection), `poll` is called every five seconds, and the stream is tried again every thirty.
 */
export function useEvents<Schema extends z.ZodType>(
  name: EventsName,
  schema: Schema,
  { onEvent, poll }: { onEvent: (event: z.output<Schema>) => void; poll: () => void },
): void {
  const receive = useEffectEvent((text: string) => {
    const event = schema.safeParse(JSON.parse(text))
    if (event.success) onEvent(event.data)
  })
  const read = useEffectEvent(() => poll())

  useEffect(() => {
    let source: EventSource | null = null
    let polling: number | undefined
    const startPolling = () => {
      polling ??= window.setInterval(read, pollMilliseconds)
    }
    const connect = () => {
      source?.close()
      source = new EventSource(addresses[name].path)
      source.onmessage = ({ data }) => receive(data)
      source.onopen = () => {
        window.clearInterval(polling)
        polling = undefined
        // What happened while nobody listened.
        read()
      }
      source.onerror = startPolling
    }
    connect()
    const reconnecting = window.setInterval(() => {
      if (source?.readyState === EventSource.CLOSED) connect()
    }, reconnectMilliseconds)
    return () => {
      source?.close()
      window.clearInterval(polling)
      window.clearInterval(reconnecting)
    }
  }, [name])
}
