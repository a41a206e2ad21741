import { join } from 'node:path'
import { expect } from 'vitest'
import { sources } from '../../src/pipeline-sources.ts'
import {
  createBodyKeeper,
  createRoute,
  type LiveParts,
  openRoute,
  splitKept,
} from '../../src/site/live/index.ts'
import * as cloud from '../../src/sources/whatsapp-cloud/fixtures.ts'
import type { Firm } from './firm.ts'

/** A firm with one person, whose number is a business's at Meta, and a route that Meta calls. */
export async function connectCloud(firm: Firm) {
  await firm.addMailboxes('address,name\nada@firm.example,Ada\n')
  await firm.addUsers(`name,mobile,email\nAda,${cloud.business},ada@firm.example\n`)
  await firm.connect('whatsapp')
  const parts: LiveParts = { ...firm.site, sources, routesFolder: join(firm.folder, 'routes') }
  const source = sources.find(({ name }) => name === 'whatsapp-cloud')!
  const { accessToken: _none, ...secret } = cloud.secret
  const route = await createRoute(parts, firm.account, source, { name: 'cloud', settings: {}, secret })
  const keeper = createBodyKeeper(parts)
  return {
    /** As Meta does: signed, one call each, split together. */
    async call(...bodies: readonly object[]) {
      const open = (await openRoute(parts, route, new AbortController().signal))!
      for (const body of bodies) {
        const bytes = Buffer.from(JSON.stringify(body))
        const headers = { 'x-hub-signature-256': cloud.signed(bytes) }
        const answer = open.live.receive!(open.given, { method: 'POST', headers, query: {}, body: bytes })
        expect(answer.status).toBe(200)
        await keeper.keep(route, answer.keep!)
      }
      await splitKept(parts, open)
      return firm.run('whatsapp')
    },
  }
}
