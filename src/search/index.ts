export { checkQuery, type QueryCheck, type Slip, type SlipKind } from './check-query.ts'
export { type Condition, keyqlOf } from './conditions.ts'
export { type CountOptions, countItems } from './count-items.ts'
export { explainQuery, type Understanding } from './explain.ts'
export { matchingOf, mayMatch, selectMessages } from './matching.ts'
export { parseQuery, queryLengthMax } from './parse.ts'
export { countPartiallyIndexed } from './partially-indexed.ts'
export { propertyNames } from './properties.ts'
export { type Query, type QueryNode, wantedPhrases } from './query.ts'
export {
  describeItems,
  type FoundItem,
  type FoundPage,
  type SearchOptions,
  searchItems,
} from './search-items.ts'
export { type Snippet, snippetOf } from './snippet.ts'
export type { Parameters, SqlClient } from './sql-client.ts'
export { type SearchStatistics, searchStatistics } from './statistics.ts'
export {
  deleteSearch,
  listStoredSearches,
  nameSearch,
  type SearchRequest,
  type StoredSearch,
  type StoredSearchParts,
  searchFor,
  storedSearch,
  storeSearch,
  touchSearch,
} from './stored-searches.ts'
