/**
 * A fault point before and after every statement and every call of the object store: whatever windows the code
 * has between what it does to the world, a crash can fall into them. A dead process does nothing more, since
 * every point throws after the crash.
 */
import { faultPoint, SimulatedCrash } from '../../src/platform/faults.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import type { Pool } from '../../src/platform/postgres/index.ts'

type Callback = (error: unknown, rows?: unknown) => void
type Query = (...given: unknown[]) => unknown

/** Whether the process that a pool or store belongs to is dead: what it left running must not touch the world. */
export interface Life {
  dead: boolean
}

function passAlive(life: Life, name: string): void {
  if (life.dead) throw new SimulatedCrash(`A dead process went on to "${name}".`)
  faultPoint(name)
}

/** Makes every connection of the pool pass fault points; call it before the pool is used. */
export function makeFaulty(pool: Pool, life: Life): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query
    client.query = ((...given: unknown[]) => {
      const name = nameOf(given[0])
      passAlive(life, `before ${name}`)
      const callback = given.at(-1)
      if (typeof callback === 'function')
        return query(...given.slice(0, -1), afterwards(life, name, callback as Callback))
      const answer = query(...given)
      if (!(answer instanceof Promise)) return answer
      return answer.then((rows) => {
        passAlive(life, `after ${name}`)
        return rows
      })
    }) as never
  })
}

/** The crash after a statement that was called with a callback is told by it. */
function afterwards(life: Life, name: string, callback: Callback) {
  return (error: unknown, rows: unknown) => {
    if (error) return callback(error)
    try {
      passAlive(life, `after ${name}`)
    } catch (crash) {
      return callback(crash)
    }
    return callback(null, rows)
  }
}

/** The first words of a statement: enough to tell one place of the code from most others. */
function nameOf(statement: unknown): string {
  const { text, cursor } = (statement ?? {}) as { text?: string; cursor?: { text?: string } }
  const sql = typeof statement === 'string' ? statement : (text ?? cursor?.text ?? 'copy')
  return sql.replace(/\s+/g, ' ').trim().slice(0, 40)
}

/** The store's own fault points apart, before and after each call. */
export function withFaultyCalls(objects: ObjectStore, life: Life): ObjectStore {
  const around = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    passAlive(life, `before ${name} of object`)
    const result = await work()
    passAlive(life, `after ${name} of object`)
    return result
  }
  return {
    put: (name, bytes) => around('put', () => objects.put(name, bytes)),
    putStream: (name, chunks) => around('putStream', () => objects.putStream(name, chunks)),
    get: (name, range) => around('get', () => objects.get(name, range)),
    getStream: async (name, range) => {
      passAlive(life, 'before getStream of object')
      const stream = await objects.getStream(name, range)
      try {
        passAlive(life, 'after getStream of object')
        return stream
      } catch (crash) {
        // The kernel closes a dead process's files.
        stream.destroy()
        throw crash
      }
    },
    size: (name) => around('size', () => objects.size(name)),
    delete: (name) => around('delete', () => objects.delete(name)),
    makeCold: (name) => around('makeCold', () => objects.makeCold(name)),
    list: (prefix) => objects.list(prefix),
  }
}
