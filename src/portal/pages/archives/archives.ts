import type { Answer } from '../../api/client.ts'

export type Archives = Answer<'readArchives'>
