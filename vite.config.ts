import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** The server that `npm run dev:portal` asks; without a word `npm run dev`, which listens there. */
const server = process.env.HOLDFAST_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: 'src/portal',
  base: '/',
  plugins: [react(), withoutSummaries()],
  build: {
    outDir: '../../dist/portal',
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the pages allows scripts and styles from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 900,
  },
  // The portal has a folder of that name too: its modules are not the server's to answer.
  server: {
    port: 5173,
    host: '127.0.0.1',
    // The host stays as the browser wrote it: a request from another one would be taken for forged.
    proxy: Object.fromEntries(
      ['^/api/(?!.*\\.tsx?(\\?|$))', '/site/'].map((path) => [path, { target: server, changeOrigin: false }]),
    ),
  },
})

/** What an endpoint is for is told by the API's description; no page shows it, and the first one would load it all. */
function withoutSummaries(): Plugin {
  return {
    name: 'without-summaries',
    apply: 'build',
    enforce: 'pre',
    transform: (code, id) =>
      /\/src\/api\/endpoints\/[^/]+\.ts$/.test(id)
        ? {
            code: code.replace(/^( +summary:)\s+(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"),$/gm, "$1 '',"),
            map: null,
          }
        : null,
  }
}
