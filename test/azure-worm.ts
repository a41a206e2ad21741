/**
 * Azure's blob service as far as version-level immutability goes, after the documented requests ("Set Blob Immutability
 * Policy", "Set Blob Legal Hold", "Put Blob", "Delete Blob", "List Blobs" with versions): Azurite has none of it. Signatures
 * are not checked. What a live account does beyond these pages was not seen.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Version {
  readonly id: string
  readonly body: Buffer
  until: number | null
  mode: string | null
  held: boolean
}

interface Blob {
  readonly versions: Version[]
  /** Null after a deletion by name. */
  current: Version | null
}

export interface AzureWorm {
  readonly connectionString: string
  /** What it takes the time for. */
  now: number
  /** As a thief with the service's own credentials would: any request, answered with its status. */
  request(method: string, path: string, headers?: Record<string, string>): Promise<number>
  close(): Promise<void>
}

export async function startAzureWorm(
  options: { readonly immutability?: boolean; readonly now?: number } = {},
): Promise<AzureWorm> {
  const blobs = new Map<string, Blob>()
  const state = { now: options.now ?? Date.now(), versions: 0 }
  const server = createServer((request, answer) => {
    respond(request, answer, blobs, state, options.immutability ?? true).catch(() =>
      refuse(answer, 500, 'InternalError'),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/worm`
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=worm;AccountKey=${Buffer.alloc(64).toString('base64')};BlobEndpoint=${url};`,
    get now() {
      return state.now
    },
    set now(time) {
      state.now = time
    },
    request: async (method, path, headers = {}) =>
      (await fetch(`${url}/${path}`, { method, headers })).status,
    close: () => new Promise<void>((closed) => server.close(() => closed())),
  }
}

async function respond(
  request: IncomingMessage,
  answer: ServerResponse,
  blobs: Map<string, Blob>,
  state: { now: number; versions: number },
  immutability: boolean,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://worm')
  const name = decodeURIComponent(pathname.split('/').slice(3).join('/'))
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
  const [comp, versionId] = [searchParams.get('comp'), searchParams.get('versionid')]
  if (searchParams.get('restype') === 'container') {
    if (comp === 'list') return list(answer, blobs, searchParams.get('prefix') ?? '')
    return ok(answer, 200, { 'x-ms-immutable-storage-with-versioning-enabled': String(immutability) })
  }
  if (request.method === 'PUT' && comp === null) {
    const version = { id: versionName(state), body, ...lockOf(request) }
    blobs.set(name, { versions: [...(blobs.get(name)?.versions ?? []), version], current: version })
    return ok(answer, 201, { 'x-ms-version-id': version.id })
  }
  const blob = blobs.get(name)
  const version = versionId ? blob?.versions.find(({ id }) => id === versionId) : blob?.current
  if (!blob || !version) return refuse(answer, 404, 'BlobNotFound')
  if (comp === 'immutabilityPolicies') {
    const wanted = lockOf(request)
    const locked = version.mode === 'Locked' && version.until !== null && version.until > state.now
    if (
      locked &&
      (request.method === 'DELETE' || wanted.mode !== 'Locked' || (wanted.until ?? 0) < version.until!)
    )
      return refuse(answer, 409, 'ImmutabilityPolicyLocked')
    Object.assign(
      version,
      request.method === 'DELETE' ? { until: null, mode: null } : { until: wanted.until, mode: wanted.mode },
    )
    return ok(answer, 200, {})
  }
  if (comp === 'legalhold') {
    version.held = lockOf(request).held
    return ok(answer, 200, { 'x-ms-legal-hold': String(version.held) })
  }
  if (request.method === 'DELETE') {
    if (versionId === null) {
      blob.current = null
      return ok(answer, 202, {})
    }
    if (version.held) return refuse(answer, 409, 'BlobImmutableDueToLegalHold')
    if (version.until !== null && version.until > state.now)
      return refuse(answer, 409, 'BlobImmutableDueToPolicy')
    blob.versions.splice(blob.versions.indexOf(version), 1)
    if (blob.current === version) blob.current = null
    return ok(answer, 202, {})
  }
  ok(
    answer,
    200,
    {
      'content-length': String(version.body.byteLength),
      'x-ms-blob-type': 'BlockBlob',
      ...(version.until === null
        ? {}
        : {
            'x-ms-immutability-policy-until-date': new Date(version.until).toUTCString(),
            'x-ms-immutability-policy-mode': version.mode!.toLowerCase(),
          }),
      'x-ms-legal-hold': String(version.held),
    },
    request.method === 'HEAD' ? undefined : version.body,
  )
}

function lockOf({ headers }: IncomingMessage): Pick<Version, 'until' | 'mode' | 'held'> {
  const until = headers['x-ms-immutability-policy-until-date']
  return {
    until: until === undefined ? null : Date.parse(String(until)),
    mode: (headers['x-ms-immutability-policy-mode'] as string | undefined) ?? null,
    held: headers['x-ms-legal-hold'] === 'true',
  }
}

function versionName(state: { now: number; versions: number }): string {
  state.versions += 1
  return `${new Date(state.now).toISOString().slice(0, -1)}${String(state.versions).padStart(4, '0')}Z`
}

function list(answer: ServerResponse, blobs: Map<string, Blob>, prefix: string): void {
  const all = [...blobs]
    .filter(([name]) => name.startsWith(prefix))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const rows = all.flatMap(([name, { versions, current }]) =>
    versions.map(
      (version) =>
        `<Blob><Name>${name}</Name><VersionId>${version.id}</VersionId>${version === current ? '<IsCurrentVersion>true</IsCurrentVersion>' : ''}<Properties><Content-Length>${version.body.byteLength}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`,
    ),
  )
  ok(
    answer,
    200,
    { 'content-type': 'application/xml' },
    Buffer.from(
      `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://worm/" ContainerName="c"><Blobs>${rows.join('')}</Blobs><NextMarker/></EnumerationResults>`,
    ),
  )
}

function ok(answer: ServerResponse, status: number, headers: Record<string, string>, body?: Buffer): void {
  answer.writeHead(status, {
    etag: '"1"',
    'last-modified': new Date(0).toUTCString(),
    'x-ms-request-id': '1',
    ...headers,
  })
  answer.end(body)
}

function refuse(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status, { 'x-ms-error-code': code, 'content-type': 'application/xml' })
  answer.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  )
}
