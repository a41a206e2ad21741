/** From the feed to searchable: one run of a connector over HTTP on the loopback, the site in the same process. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openSite, serve } from '../src/app.ts'
import { connectorByName, runConnector, runReport } from '../src/connector/index.ts'
import { type Credentials, connectFirm, connectorName, type Firm } from './firm.ts'
import { databaseCpuSeconds, peakResidentMegabytes } from './machine.ts'

export interface ImportFigures {
  readonly messages: number
  readonly items: number
  readonly seconds: number
  readonly messagesPerSecond: number
  readonly emailBytesMean: number
  /** Processor time of ours (both threads, the site included) and of the database, per message. */
  readonly programMicroseconds: number
  readonly databaseMicroseconds: number | null
  readonly peakResidentMegabytes: number | null
}

export async function measureImport(firm: Firm, data: string, login: Credentials): Promise<ImportFigures> {
  const { platform, centre } = firm
  const server = await serve(platform, { host: '127.0.0.1', port: 0, site: await openSite(platform) })
  try {
    await connectFirm(firm, `${server.url}/site`, login)
    const cpu = process.cpuUsage()
    const databaseBefore = databaseCpuSeconds(data)
    const start = performance.now()
    await runConnector(centre, connectorName, { kind: 'run', requestedBy: 'bench' })
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const databaseAfter = databaseCpuSeconds(data)
    const report = await runReport(centre, await connectorByName(centre, connectorName))
    const { imported, items, bytes, exceptions } = report
    if (exceptions.total > 0) throw new Error(`exceptions: ${JSON.stringify(exceptions.byReason)}`)
    return {
      messages: imported,
      items,
      seconds: Math.round(seconds * 10) / 10,
      messagesPerSecond: Math.round(imported / seconds),
      emailBytesMean: Math.round(bytes / imported),
      programMicroseconds: perMessage(user + system, imported),
      databaseMicroseconds:
        databaseBefore === null || databaseAfter === null
          ? null
          : perMessage((databaseAfter - databaseBefore) * 1e6, imported),
      peakResidentMegabytes: peakResidentMegabytes(),
    }
  } finally {
    await server.close()
  }
}

function perMessage(microseconds: number, messages: number): number {
  return Math.round((microseconds / messages) * 10) / 10
}

export interface StoredBytes {
  readonly content: number
  readonly database: number
  readonly total: number
  /** The largest tables and indexes of the catalogue, partitions together. */
  readonly largest: Readonly<Record<string, number>>
}

/** Bytes on disk per message: content and database, without write-ahead log and without the site's journal. */
export async function storedBytes({ platform }: Firm, data: string, messages: number): Promise<StoredBytes> {
  const { rows } = await platform.database.pool.query<{ family: string; bytes: bigint }>(
    `select regexp_replace(relname, '_?\\d{4}_\\d{2}', '') as family, sum(pg_table_size(oid))::bigint as bytes
       from pg_class where relkind in ('r', 'i') and relname not like 'site\\_%' group by 1 order by 2 desc`,
  )
  const perMessageOf = (bytes: number) => Math.round(bytes / messages)
  const content = perMessageOf(folderBytes(join(data, 'objects'), 'journal'))
  const database = perMessageOf(rows.reduce((sum, row) => sum + Number(row.bytes), 0))
  return {
    content,
    database,
    total: content + database,
    largest: Object.fromEntries(rows.slice(0, 8).map((row) => [row.family, perMessageOf(Number(row.bytes))])),
  }
}

function folderBytes(folder: string, without: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === without) continue
    const path = join(folder, entry.name)
    bytes += entry.isDirectory() ? folderBytes(path, '') : statSync(path).size
  }
  return bytes
}
