/** The reading thread: takes an order, hands over one batch each time it is asked. A database that crashes it costs the thread. */
import { parentPort, workerData } from 'node:worker_threads'
import { isAppError } from '../../domain/errors.ts'
import { readAndroid } from './android/read-android.ts'
import type { ReadAnswer } from './batches.ts'
import { batches } from './batches.ts'
import { readIos } from './ios/read-ios.ts'
import type { ReadOrder } from './read-item.ts'

const order = workerData as ReadOrder
const read = batches(order.app === 'android' ? readAndroid(order) : readIos(order))

parentPort!.on('message', () => {
  const answer = next()
  parentPort!.postMessage(answer, answer.batch === undefined ? [] : [answer.batch.bytes])
})

function next(): ReadAnswer {
  try {
    const { done, value } = read.next()
    return done ? { ended: true } : { batch: value }
  } catch (error) {
    if (isAppError(error)) return { failure: { code: error.code, message: error.message } }
    const why = error instanceof Error ? error.message : String(error)
    // Whatever else goes wrong in here is the file's doing: nothing but the file comes in.
    return { failure: { code: 'damaged-database', message: why } }
  }
}
