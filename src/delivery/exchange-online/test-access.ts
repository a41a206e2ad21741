/** Tries the sign-in, the permission and one mailbox, changing nothing. */
import type { AccessCheck } from '../delivery.ts'
import { GraphError } from '../microsoft/index.ts'
import { DeliveryProblem } from '../problem.ts'
import type { Mailbox } from './mailbox.ts'
import { permissionSentence, problemOf } from './refusal.ts'
import type { ExchangeSettings } from './settings.ts'

const permission = 'Mail.ReadWrite'

/** `mailbox` null: without one. Never throws. */
export async function testAccess(
  graph: Mailbox['graph'],
  { clientId, tenantId }: ExchangeSettings,
  mailbox: Mailbox | null,
): Promise<AccessCheck[]> {
  const signIn = `Sign-in of application ${clientId} to tenant ${tenantId}`
  const permissions = await graph.permissions().catch((error: unknown) => failed(signIn, error))
  if ('ok' in permissions) return [permissions]
  const inToken = permissions.includes(permission)
  // Exchange can grant it for some mailboxes alone (RBAC for Applications), which no token tells: a mailbox does.
  const tried = mailbox && (await testMailbox(mailbox))
  const granted = inToken || tried?.ok
  return [
    passed(signIn),
    granted
      ? passed(`Permission ${permission}`)
      : { what: `Permission ${permission}`, ok: false, remedy: permissionSentence },
    ...(tried && granted ? [tried] : []),
  ]
}

async function testMailbox({ graph, path, reading, address }: Mailbox): Promise<AccessCheck> {
  const what = `Mailbox ${address}`
  try {
    await graph.get(`${path}/mailFolders/msgfolderroot?$select=id`, reading)
    return passed(what)
  } catch (error) {
    return failed(what, (error instanceof GraphError && problemOf(address, error)) || error)
  }
}

function passed(what: string): AccessCheck {
  return { what, ok: true, remedy: '' }
}

function failed(what: string, error: unknown): AccessCheck {
  if (error instanceof DeliveryProblem) return { what, ok: false, remedy: error.message }
  const said = error instanceof GraphError ? `${error.code}: ${error.message}` : String(error)
  return {
    what,
    ok: false,
    remedy: `Microsoft Graph answered ${said}; try again, and ask Microsoft's support if it stays so.`,
  }
}
