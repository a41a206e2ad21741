/** A compliance centre whose SCIM door is open, with tokens of all kinds. */
import { expect } from 'vitest'
import { openWorld } from '../../src/access/access-world.fixture.ts'
import { createToken, type Principal, principalOfToken } from '../../src/access/index.ts'
import type { Role } from '../../src/domain/roles.ts'
import { registerScim, type ScimLimits } from '../../src/http/scim/register-scim.ts'
import { startServer } from '../../src/http/server.ts'
import { createProvider } from './provider.ts'

export type ScimWorld = Awaited<ReturnType<typeof openScimWorld>>

export async function openScimWorld(options: { readonly limits?: Partial<ScimLimits> } = {}) {
  const world = await openWorld()
  const { parts } = world
  const administrator = await world.firstAdministrator()
  const failures: unknown[] = []
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    onFailure: (error) => failures.push(error),
    mount: (mounted) => {
      mounted.register(
        async (below) =>
          registerScim(below, {
            directory: parts,
            doorkeeper: { principalOfToken: (token) => principalOfToken(parts, token) },
            publicUrl: null,
            onFailure: (error) => failures.push(error),
            ...(options.limits ? { limits: options.limits } : {}),
          }),
        { prefix: '/scim/v2' },
      )
    },
  })
  const tokenWith = async (...roles: Role[]) =>
    (await createToken(parts, administrator, { name: roles.join(), roles, days: 1 })).token
  const base = `${server.url}/scim/v2`
  return {
    ...world,
    administrator: administrator as Principal,
    base,
    failures,
    tokenWith,
    provider: createProvider(base, await tokenWith('Mail Recipients')),
    async mailbox(address: string) {
      const { rows } = await world.pool.query(
        `select id, address, name, mobile, department, active, active_to,
                array(select address from mailbox_address where mailbox_id = m.id and valid_to is null order by 1) as addresses
           from mailbox m where address = $1`,
        [address],
      )
      expect(rows).toHaveLength(1)
      return rows[0]
    },
    async close() {
      await server.close()
      await world.close()
    },
  }
}
