export { decidePersonal, proposePersonal } from './decide.ts'
export { flagPersonal } from './flag.ts'
export { listPersonal, openPersonal, type PersonalMessage, type PersonalScope } from './list-personal.ts'
