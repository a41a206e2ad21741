/** The archive that is measured: site and centre in one data folder, with everything as `holdfast start` has it. */
import { type Centre, knownSources, openCentre, openPlatform, openSite, type Platform } from '../src/app.ts'
import { importMailboxes } from '../src/archive/index.ts'
import { createAccountKey, createConnector, dailySchedule } from '../src/connector/index.ts'
import { loadConfig } from '../src/platform/config.ts'
import { accountByName, capture, createAccount, importRegisteredUsers } from '../src/site/index.ts'
import { employee, employees } from './corpus.ts'

const principal = 'bench'
const accountName = 'Bench Firm'
const connectorNameOfBench = 'bench'

export { connectorNameOfBench as connectorName }

export interface Firm {
  readonly platform: Platform
  readonly centre: Centre
}

/** Opens the data folder's archive; `close` the platform afterwards. */
export async function openFirm(data: string): Promise<Firm> {
  const platform = await openPlatform(loadConfig({ HOLDFAST_DATA: data, HOLDFAST_LOG_LEVEL: 'warn' }))
  return { platform, centre: await openCentre(platform) }
}

/** What `firm.json` in the data folder keeps between the steps. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Account, registered users, mailboxes. */
export async function foundFirm({ platform, centre }: Firm): Promise<Credentials> {
  const site = await openSite(platform)
  const publicKey = await createAccountKey(centre, principal)
  const { username, password } = await createAccount(site, { name: accountName, publicKey, actor: principal })
  const people = Array.from({ length: employees }, (_, index) => ({ row: index + 2, ...employee(index) }))
  const account = await accountByName(site, accountName)
  await importRegisteredUsers(
    site,
    account,
    people.map(({ userid, ...person }) => ({ ...person, wecomUserid: userid })),
    principal,
  )
  await importMailboxes(
    centre,
    people.map(({ row, name, email }) => ({ row, name, address: email, active: true })),
    principal,
  )
  return { username, password }
}

/** Captures a corpus into the journal; answers how many messages. */
export async function captureCorpus({ platform }: Firm, file: string, media?: string): Promise<number> {
  const site = await openSite(platform)
  const account = await accountByName(site, accountName)
  const source = (await knownSources()).find(({ name }) => name === 'wecom-archive')!
  const settings = media === undefined ? {} : { media }
  const { captured } = await capture(site, { account, source, files: [file], settings, actor: principal })
  return captured
}

/** A connector with automatic mapping to the site at this address. */
export async function connectFirm(firm: Firm, siteUrl: string, credentials: Credentials): Promise<void> {
  await createConnector(firm.centre, {
    ...credentials,
    name: connectorNameOfBench,
    type: 'wechat',
    siteUrl,
    mapping: [],
    automaticMapping: true,
    catchAllMailboxId: null,
    termsAcceptedBy: principal,
    scheduleCron: dailySchedule,
    scheduleZone: 'UTC',
  })
}
