/** The names by which runs of a connector are told apart, in locks and in the job queue. */

/** The queue whose jobs are runs; keyed by connector, so that at most one of it waits or runs. */
export const runQueueName = 'connector-run'

/** The job queue's key of a connector. */
export function runKey(connectorId: number): string {
  return `connector-${connectorId}`
}

/** The session lock that whoever runs the connector holds. */
export function runLockName(connectorId: number): string {
  return `connector/${connectorId}`
}
