/** Making a connector and its mapping. */
import { basename } from 'node:path'
import { keepSchedule, openCentre, type Platform } from '../app.ts'
import { listMailboxes, mailboxByAddress } from '../archive/index.ts'
import {
  type ConnectorType,
  connectorByName,
  connectorTypes,
  createConnector,
  dailySchedule,
  nextRunOf,
  replaceMapping,
} from '../connector/index.ts'
import { AppError } from '../domain/errors.ts'
import { type MappingRow, parseMapping } from '../domain/mapping-file.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { connectorFacts, connectorText } from './connector-reports.ts'
import { auditFailure, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'
import { runningPart } from './running.ts'

export interface CreateOptions {
  readonly name: string
  readonly site?: string
  readonly username: string
  readonly passwordFile: string
  readonly mapping?: string
  readonly automaticMapping: boolean
  readonly catchAll?: string
  readonly schedule?: string
  readonly zone?: string
  readonly acceptTerms?: boolean
}

export async function create(
  { output }: Context,
  platform: Platform,
  type: string,
  options: CreateOptions,
): Promise<void> {
  const centre = await openCentre(platform)
  const audited = { operation: 'create-connector', target: options.name } as const
  const made = await auditFailure(platform, audited, async () => {
    const { schedule: scheduleCron = dailySchedule, zone: scheduleZone = 'UTC' } = options
    nextRunOf(scheduleCron, scheduleZone, platform.clock.now())
    return createConnector(centre, {
      name: options.name,
      type: connectorType(type),
      siteUrl: options.site ?? (await runningSite(platform)),
      username: options.username,
      password: await readPassword(options.passwordFile),
      mapping: options.mapping === undefined ? [] : await readMapping(platform, options.mapping),
      automaticMapping: options.automaticMapping,
      catchAllMailboxId: options.catchAll ? (await mailboxByAddress(platform, options.catchAll)).id : null,
      termsAcceptedBy: options.acceptTerms ? localOperator : null,
      scheduleCron,
      scheduleZone,
    })
  })
  await keepSchedule(platform, made)
  await output.document(connectorFacts(made), connectorText)
}

export async function setMapping(
  { output }: Context,
  platform: Platform,
  name: string,
  file: string,
): Promise<void> {
  const centre = await openCentre(platform)
  const audited = { operation: 'replace-mapping', target: name } as const
  const rows = await auditFailure(platform, audited, async () => {
    const connector = await connectorByName(centre, name)
    const read = await readMapping(platform, file)
    await replaceMapping(centre, connector, read)
    return read
  })
  const { mappingVersion } = await connectorByName(centre, name)
  await output.document({ connector: name, rows: rows.length, mappingVersion }, (done) => factsText(done))
  output.note(`Messages that waited for it: holdfast connector exceptions "${name}" --reprocess`)
}

function connectorType(text: string): ConnectorType {
  const type = connectorTypes.find((known) => known === text)
  if (type) return type
  throw new AppError(
    'bad-settings',
    `"${text}" is no type of connector; choose ${connectorTypes.join(' or ')}.`,
  )
}

async function runningSite(platform: Platform): Promise<string> {
  const site = await runningPart(platform.folder, 'site')
  if (site) return `${site.address}/site`
  throw new AppError(
    'bad-settings',
    'No archiver site runs on this data folder; name one with --site https://archiver.example/site.',
  )
}

/** A file ends with a line feed that is not part of the password. */
export async function readPassword(file: string): Promise<string> {
  const password = (await readInput(file, 'the password')).toString().replace(/\r?\n$/, '')
  if (password !== '') return password
  throw new AppError('bad-settings', `${file} holds no password.`)
}

async function readMapping(platform: Platform, file: string): Promise<readonly MappingRow[]> {
  const content = await readInput(file, 'a mapping')
  const mailboxes = await listMailboxes(platform)
  return parseMapping(content, new Set(mailboxes.map(({ address }) => address)), basename(file))
}
