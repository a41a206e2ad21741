/** What an item is shown as; the part of the address that says which. */
export const itemTabs = ['conversation', 'details', 'kept', 'email', 'headers', 'record'] as const
export type ItemTab = (typeof itemTabs)[number]
