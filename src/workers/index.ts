export { dropDelivery, scheduleDelivery, sendDelivery } from './deliveries.ts'
export { queues } from './queues.ts'
export { dropSchedule, keepSchedules, sendRun } from './runs.ts'
export { startWorker, type Worker } from './work.ts'
