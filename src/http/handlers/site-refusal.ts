import { AppError, isAppError } from '../../domain/errors.ts'

/**
 * What an archiver site refused is not a refusal of ours: a browser that heard of a refused sign-in would take the
 * person himself for signed out. To be given to `catch`.
 */
export function asSiteRefusal(error: unknown): never {
  if (isAppError(error, 'sign-in-refused') || isAppError(error, 'session-expired'))
    throw new AppError('site-sign-in-refused', error.message, { cause: error })
  if (isAppError(error, 'sign-in-throttled'))
    throw new AppError('site-sign-in-refused', `The archiver site says: ${error.message}`, { cause: error })
  throw error
}
