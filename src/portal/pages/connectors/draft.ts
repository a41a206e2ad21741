import type { Answer, InputOf } from '../../api/client.ts'

/** A wizard that is not finished, as the server keeps it. */
export type Draft = Answer<'readDraft'>
export type DraftChange = Omit<InputOf<'saveDraft'>['body'], 'version'>
