import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The server that `npm run dev:portal` asks; without a word `npm run dev`, which listens there. */
const server = process.env.HOLDFAST_DEV_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: 'src/portal',
  base: '/',
  plugins: [react()],
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
