import { DeliveryProblem } from '../../delivery/index.ts'
import { AppError } from '../../domain/errors.ts'

/** What a destination refuses is told as it says it; to be used as the `catch` of a call that asks it something. */
export function asDestinationRefusal(error: unknown): never {
  if (!(error instanceof DeliveryProblem)) throw error
  throw new AppError('destination-refused', error.message, {
    cause: error,
    details: { reason: error.reason },
  })
}
