import { faultPoint } from '../platform/faults.ts'
import type { ConnectorParts } from './parts.ts'

/** Deletes the objects that commits have declared dead; those of a crashed process too. An absent object is no error. */
export async function deleteDeadObjects({
  queries,
  objects,
}: Pick<ConnectorParts, 'queries' | 'objects'>): Promise<void> {
  const dead = await queries.selectFrom('dead_object').select('object_name').limit(1_000).execute()
  for (const { object_name } of dead) {
    await objects.delete(object_name)
    faultPoint('dead-object.deleted')
    await queries.deleteFrom('dead_object').where('object_name', '=', object_name).execute()
  }
}
