import { useEffect } from 'react'

const settleMilliseconds = 300

/**
 * A dialog hides the page from screen readers while it is open. Where a second one opens over it and both close at
 * once (a session that ended while a form was sent), the component library forgets to show the page again: so,
 * whenever the last dialog has gone, nothing around `#main` stays hidden.
 */
export function usePageAfterDialogs(): void {
  useEffect(() => {
    let timer: number | undefined
    const show = () => {
      if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return
      for (let around = document.getElementById('main'); around; around = around.parentElement) {
        around.removeAttribute('aria-hidden')
      }
    }
    const observer = new MutationObserver(() => {
      window.clearTimeout(timer)
      timer = window.setTimeout(show, settleMilliseconds)
    })
    observer.observe(document.body, { childList: true })
    return () => {
      observer.disconnect()
      window.clearTimeout(timer)
    }
  }, [])
}
