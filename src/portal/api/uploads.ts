/** Sends files by a request that says how far it is; `fetch` does not. */

const sent = new Map<Blob, number>()
const listeners = new Set<() => void>()

/** How much of each file on its way has been sent, for `useSyncExternalStore`. */
export const uploads = {
  /** Bytes; 0 for a file that is not on its way. */
  sentOf: (file: Blob): number => sent.get(file) ?? 0,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** As `fetch`, for a body that is a file. @throws TypeError when the server cannot be reached. */
export function sendFile(address: string, init: RequestInit, file: Blob): Promise<Response> {
  const request = new XMLHttpRequest()
  const answer = new Promise<Response>((resolve, reject) => {
    request.onload = () => resolve(responseOf(request))
    request.onerror = () => reject(new TypeError('The server cannot be reached.'))
    request.onabort = () => reject(new DOMException('The upload was ended.', 'AbortError'))
    request.upload.onprogress = ({ loaded }) => tell(file, loaded)
    init.signal?.addEventListener('abort', () => request.abort())
    request.open(init.method ?? 'POST', address)
    new Headers(init.headers).forEach((value, name) => {
      request.setRequestHeader(name, value)
    })
    tell(file, 0)
    request.send(file)
  })
  return answer.finally(() => {
    sent.delete(file)
    tell(null, 0)
  })
}

function tell(file: Blob | null, bytes: number): void {
  if (file !== null) sent.set(file, bytes)
  for (const listener of listeners) listener()
}

function responseOf(request: XMLHttpRequest): Response {
  const { status, statusText, responseText } = request
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split('\r\n')) {
    const [name, ...value] = line.split(': ')
    if (name) headers.append(name, value.join(': '))
  }
  return new Response(status === 204 ? null : responseText, { status, statusText, headers })
}
