/** The lists in a webhook's `value` whose elements are records of their own. */

export type RecordList =
  | 'messages'
  | 'message_echoes'
  | 'statuses'
  | 'calls'
  | 'state_sync'
  | 'errors'
  | 'groups'
  | 'history'
  | 'value'

export const elementLists: readonly RecordList[] = [
  'messages',
  'message_echoes',
  'statuses',
  'calls',
  'state_sync',
  'errors',
  'groups',
]

/** What describes the elements and goes into their context. */
export const describing: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts'])
