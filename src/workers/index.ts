export { queues } from './queues.ts'
export { keepSchedules, sendRun } from './runs.ts'
export { startWorker, type Worker } from './work.ts'
