/** A firm whose site captures and whose centre looks after the coverage of it. */
import { type Firm, openFirm } from '../../test/journey/firm.ts'
import { parseItemId } from '../archive/index.ts'
import { searchItems } from '../search/index.ts'
import { parseQuery } from '../search/parse.ts'
import { openSession } from '../site/capture-session.ts'
import type { CapturedClosure, CapturedGap } from '../sources/source.ts'
import { coveredAccountNamed } from './accounts.ts'
import type { FindWord } from './heartbeats.ts'

export const ada = '+447700900001'
export const ben = '+447700900002'

export type CoverageWorld = Awaited<ReturnType<typeof openCoverageWorld>>

/** Ada and Ben are registered and have mailboxes; nothing is captured yet. The clock stands at `now`. */
export async function openCoverageWorld(now = '2026-03-20T12:00:00Z') {
  const firm = await openFirm({ now })
  await firm.addUsers(
    `name,mobile,email\nAda Trader,${ada},ada@firm.example\nBen Broker,${ben},ben@firm.example\n`,
  )
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\nben@firm.example,Ben Broker\n')
  await firm.connect('whatsapp')
  let files = 0
  return {
    firm,
    account: () => coveredAccountNamed(firm.centre, 'Firm').catch(() => namedByUser(firm)),
    /** Captures lines of a chat of Ada's with Carl, at the clock's time. */
    async capture(...texts: readonly string[]) {
      files += 1
      const lines = texts.map(
        (text, place) => `19/03/2026, 09:${String(place).padStart(2, '0')} - Carl: ${text}`,
      )
      const file = await firm.file(`${files}/WhatsApp Chat with Carl ${files}.txt`, `${lines.join('\n')}\n`)
      const settings = { custodian: ada, timezone: 'Europe/London', dateOrder: 'dmy' }
      return firm.capture('whatsapp-export', [file], settings)
    },
    tell: (...found: readonly (CapturedGap | CapturedClosure)[]) => tellSite(firm, found),
    findWord: (async (word) => {
      const { items } = await searchItems(firm.pool, parseQuery(word, { now: 0 }), { limit: 10 })
      return items.map(({ id }) => parseItemId(id).messageId)
    }) satisfies FindWord as FindWord,
    async rows(statement: string) {
      return (await firm.pool.query(statement)).rows as Record<string, unknown>[]
    },
    close: () => firm.close(),
  }
}

/** Until the site has been asked, an account goes by its user name. */
function namedByUser(firm: Firm) {
  return coveredAccountNamed(firm.centre, firm.credentials.username)
}

/** As a source of the site tells it: what it lacks, and what has come after all. */
async function tellSite({ site, account }: Firm, found: readonly (CapturedGap | CapturedClosure)[]) {
  const { id } = await site.database
    .insertInto('site_capture')
    .values({ account_id: account.id, source: 'wecom-archive', started_at: new Date(site.clock.now()) })
    .returning('id')
    .executeTakeFirstOrThrow()
  const session = await openSession(site, {
    ...{ account, source: 'wecom-archive', captureId: id, routeId: null, batches: 0 },
  })
  for (const one of found) await session.add(one)
  await session.flush()
  const finished = { finished_at: new Date(site.clock.now()) }
  await site.database.updateTable('site_capture').set(finished).where('id', '=', id).execute()
}
