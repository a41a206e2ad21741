export { type Attention, findAttention } from './attention.ts'
export { type ArchiveFigures, archiveFigures, type DayFigures, dayFigures } from './figures.ts'
export type { CoverageParts } from './parts.ts'
export { type CoverageCount, type CoveredUser, countCoverage, coveredUsers } from './registered-users.ts'
