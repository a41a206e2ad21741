// The policy of the pages forbids code made from text. The schema library would try that once and be reported for
// it, unless it is told before it is loaded; hence the rest of the portal is loaded after this line.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
const { startPortal } = await import('./app/start.tsx')
startPortal()

export {}
