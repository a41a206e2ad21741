import { useModalAttributes } from '@fluentui/react-components'

/**
 * Holds what dialogs share as long as the page is open. The last dialog that closes would end it otherwise, before
 * it has told screen readers that the page behind is there again.
 */
export function FocusKeeper() {
  useModalAttributes()
  return null
}
