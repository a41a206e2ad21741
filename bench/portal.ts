/** The portal's API over HTTP: answers one at a time, then two hundred reviewers at once while an import runs. */
import { rm } from 'node:fs/promises'
import { type Client, createClient, endpoints } from '../src/api/index.ts'
import { writeCorpus } from './corpus.ts'
import { captureCorpus, type Firm, openFirm } from './firm.ts'
import { type AnswerFigure, measureAnswers } from './portal-answers.ts'
import { type LoadFigures, measureLoad } from './portal-load.ts'
import { type Reviewer, signInReviewers } from './reviewers.ts'
import { type Kind, kindsOf } from './search.ts'
import { startHoldfast } from './served.ts'

export interface PortalFigures {
  readonly messages: number
  readonly answers: readonly AnswerFigure[]
  readonly load: LoadFigures
}

export type PortalClient = Client<typeof endpoints>

const reviewersAtOnce = 200
/** Waiting at the site: enough to be imported for as long as the load lasts. */
const messagesMeanwhile = 300_000

/** On an archive that has been imported by the step before. */
export async function measurePortal(data: string, messages: number): Promise<PortalFigures> {
  const { kinds, reviewers } = await prepare(data, messages)
  const server = await startHoldfast(data)
  try {
    const client = clientOf(server.address, reviewers[0]!)
    const answers = await measureAnswers(client, kinds)
    await addressSite(client, server.address)
    return { messages, answers, load: await measureLoad(client, server.address, { reviewers, kinds }) }
  } finally {
    await server.stop()
  }
}

/** What needs the database itself: words that are in the archive, sessions, and messages for a further import. */
async function prepare(data: string, messages: number): Promise<{ kinds: Kind[]; reviewers: Reviewer[] }> {
  const firm: Firm = await openFirm(data)
  try {
    const kinds = await kindsOf(firm, messages)
    const reviewers = await signInReviewers(firm, reviewersAtOnce)
    const file = `${data}.more.jsonl`
    await writeCorpus(file, messagesMeanwhile, { first: messages })
    await captureCorpus(firm, file)
    await rm(file)
    return { kinds, reviewers }
  } finally {
    await firm.platform.close()
  }
}

function clientOf(server: string, reviewer: Reviewer): PortalClient {
  return createClient(endpoints, { server, headers: () => ({ ...reviewer, origin: server }) })
}

/** The site now answers at another port than when its connector was made. */
async function addressSite(client: PortalClient, address: string): Promise<void> {
  const [connector] = await client.listConnectors()
  const { id, version } = connector!
  await client.changeConnector({ params: { id }, body: { version, siteUrl: `${address}/site` } })
}
