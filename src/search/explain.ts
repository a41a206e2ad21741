import type { Query, QueryNode, WordField } from './query.ts'

const placeOfField: Record<WordField, string> = {
  anywhere: '',
  subject: ' in the subject',
  attachmentnames: ' in the name of an attachment',
}

/** Says in one line how a query was understood. */
export function explainQuery(query: Query): string {
  const parts = [explain(query.root)]
  for (const any of query.mailboxes) parts.push(`in a mailbox named by ${any.length} of the given words`)
  return parts.join(', and ')
}

function explain(node: QueryNode): string {
  switch (node.type) {
    case 'all':
      return 'every item'
    case 'none':
      return 'nothing'
    case 'and':
    case 'or':
      return `(${node.nodes.map(explain).join(` ${node.type} `)})`
    case 'not':
      return `not ${explain(node.node)}`
    case 'words':
      return `“${node.shown}”${placeOfField[node.field]}`
    case 'near':
      return `“${node.left.shown}” within ${node.distance} words of “${node.right.shown}”`
    case 'people':
      return `${node.role} “${node.shown}”`
    case 'conversation':
    case 'mailbox':
      return `${node.type} “${node.shown}”`
    case 'sent':
    case 'received':
      return `${node.type} ${rangeText(iso(node.from), iso(node.to), 'before')}`
    case 'size':
      return `size ${rangeText(node.min, node.max, 'to')} bytes`
    case 'kind':
      return `kind ${node.kinds.join(' or ')}`
    case 'channel':
      return `channel ${node.channel}`
    case 'hasattachment':
      return node.value ? 'with attachments' : 'without attachments'
    case 'itemclass':
      return `item class ${node.value}${node.prefix ? '…' : ''}`
  }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function rangeText(from: string | number | null, to: string | number | null, until: string): string {
  const low = from === null ? '' : `from ${from} `
  return `${low}${to === null ? '' : `${until} ${to}`}`.trim()
}
