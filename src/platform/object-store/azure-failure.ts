import { AppError } from '../../domain/errors.ts'

/** The parts of the Azure libraries' errors that we read: `code` is Azure's own or Node's. */
interface AzureError extends Error {
  readonly code?: string
  readonly statusCode?: number
}

const networkCodes =
  /^(E(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH)|REQUEST_SEND_ERROR|ABORT_ERR|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

/** Whether Azure says that the object (or its container) is not there. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404
}

/** Whether Azure says that the range begins at or past the end. */
export function isPastEnd(error: unknown): boolean {
  return statusOf(error) === 416
}

/**
 * What a failed request means to the operator, after all its tries: AppError `object-store-unreachable` or
 * `object-store-refused`, with Azure's own code; what is no failure of Azure stays as it is.
 */
export function azureFailure(error: unknown, container: string): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const { code = '', statusCode, name } = error as AzureError
  const details = { container, azure: code || name, status: statusCode }
  if (statusCode !== undefined && statusCode < 500 && statusCode !== 408 && statusCode !== 429)
    return new AppError(
      'object-store-refused',
      `Azure Blob Storage refused a request to container ${container} (${statusCode} ${code}). ${remedy(statusCode, code)}`,
      { cause: error, details },
    )
  if (/^(CredentialUnavailable|AggregateAuthentication|Authentication)/.test(name))
    return new AppError(
      'object-store-refused',
      'No Azure identity gave a token for the storage account. Give this machine a managed identity, or set an account key; see docs/operate/azure.md.',
      { cause: error, details },
    )
  if (statusCode !== undefined || networkCodes.test(code))
    return new AppError(
      'object-store-unreachable',
      `Azure Blob Storage (container ${container}) could not be reached (${statusCode ?? code}). Nothing is lost: run it again when it answers.`,
      { cause: error, details },
    )
  return error
}

function remedy(status: number, code: string): string {
  if (/Immutable|LegalHold|Lease|SnapshotsPresent/.test(code))
    return 'A policy of the container keeps the object; it goes when the policy ends.'
  if (/IpAuthorization|NetworkAcls|AuthorizationFailure/.test(code))
    return 'The firewall of the storage account may not let this machine in.'
  if (status === 403 || status === 401)
    return 'The identity needs the role "Storage Blob Data Contributor" on the container, or the key is wrong, or the clock of this machine is.'
  if (status === 404) return 'The container or the account is not there.'
  return 'See docs/operate/azure.md.'
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as AzureError).statusCode : undefined
}
