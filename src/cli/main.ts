/** Runs one command. Started by bin/holdfast.js, or by itself in development. */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Beside the packages, not in the shared temporary folder: nobody else may put code there.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/holdfast', import.meta.url)))

const { runCommandLine } = await import('./program.ts')
process.exit(await runCommandLine(process.argv))
