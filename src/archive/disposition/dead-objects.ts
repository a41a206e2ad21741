import { faultPoint } from '../../platform/faults.ts'
import type { DispositionParts } from './parts.ts'

/** Deletes the objects that commits have declared dead; those of a crashed process too. An absent object is no error. */
export async function deleteDeadObjects({
  queries,
  objects,
}: Pick<DispositionParts, 'queries' | 'objects'>): Promise<number> {
  for (let deleted = 0; ; ) {
    const dead = await queries.selectFrom('dead_object').select('object_name').limit(1_000).execute()
    if (dead.length === 0) return deleted
    for (const { object_name } of dead) {
      await objects.delete(object_name)
      faultPoint('disposition.object-deleted')
    }
    const names = dead.map(({ object_name }) => object_name)
    await queries.deleteFrom('dead_object').where('object_name', 'in', names).execute()
    deleted += dead.length
  }
}
