/** The folder of a mailbox, made under its root where it is not there. */
import type { Target } from '../delivery.ts'
import { GraphError } from '../microsoft/index.ts'
import { DeliveryProblem } from '../problem.ts'
import type { Mailbox } from './mailbox.ts'
import { problemOf } from './refusal.ts'

interface Folder {
  readonly id: string
  readonly isHidden?: boolean
}

/** Graph's id of the folder. Throws `folder-taken` for a hidden one of that name, and the mailbox's problems. */
export async function openFolder(mailbox: Mailbox, { folder }: Target): Promise<string> {
  try {
    return (await findFolder(mailbox, folder)) ?? (await makeFolder(mailbox, folder))
  } catch (error) {
    throw error instanceof GraphError ? folderProblem(mailbox.address, folder, error) : error
  }
}

async function findFolder({ graph, path, reading, address }: Mailbox, name: string): Promise<string | null> {
  const query = new URLSearchParams({
    includeHiddenFolders: 'true',
    $filter: `displayName eq '${name.replaceAll("'", "''")}'`,
    $select: 'id,displayName,isHidden',
  })
  const found = (await graph.get(`${path}/mailFolders/msgfolderroot/childFolders?${query}`, reading)) as {
    readonly value?: readonly Folder[]
  }
  const folder = found.value?.[0]
  if (folder?.isHidden)
    throw new DeliveryProblem(
      'folder-taken',
      `A hidden folder of ${address} has the name "${name}" already: rename or delete that one (it was made by another program).`,
    )
  return folder?.id ?? null
}

/** Somebody else may make it in the same moment. */
async function makeFolder(mailbox: Mailbox, name: string): Promise<string> {
  const { graph, path, reading } = mailbox
  try {
    const { body } = await graph.request({
      ...{ method: 'POST', path: `${path}/mailFolders`, ...reading },
      body: { displayName: name },
    })
    return (body as Folder).id
  } catch (error) {
    const made = await findFolder(mailbox, name)
    if (made !== null) return made
    throw error
  }
}

function folderProblem(address: string, name: string, error: GraphError): DeliveryProblem {
  const { status, code, message } = error
  const problem = problemOf(address, error)
  if (problem) return problem
  return new DeliveryProblem(
    status >= 500 ? 'unreachable' : 'mailbox-refused',
    `The folder "${name}" of ${address} cannot be opened (${code}: ${message}); it is tried again later.`,
    { cause: error },
  )
}
