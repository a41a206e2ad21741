/** A stand-in of the library, the API beside it and a route to both, made anew for each test. */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import { companyOf, givenOf, messageId, newFolder, noon, type RouteOptions, textMessage } from './company.ts'
import type { Journal } from './journal.ts'
import { type QyapiServer, startQyapiServer } from './server.ts'
import {
  compileStandIn,
  createStandIn,
  hasCompiler,
  type KeyVersion,
  makeKey,
  type Prepared,
  type StandIn,
} from './stand-in.ts'

export interface Scene {
  standIn: StandIn
  server: QyapiServer
  /** Key versions 1 (PKCS#1) and 2 (PKCS#8). */
  older: KeyVersion
  newer: KeyVersion
  /** What the clock of route and API says. */
  time: number
  stop: AbortController
  route(rest?: Partial<RouteOptions>): ReturnType<typeof givenOf>
  /** Texts numbered from 1, sealed for the newer key where `rest` does not say otherwise. */
  prepared(count: number, rest?: (number: number) => Partial<Prepared>): Prepared[]
}

export const live = wecomArchive.live!
export const dayMs = 24 * 60 * 60 * 1000

/** Skips what is in it where there is no gcc to compile the stand-in. */
export function describeArchive(name: string, define: (scene: Scene) => void): void {
  describe.skipIf(!hasCompiler)(`${name} (needs gcc)`, () => {
    const folders: string[] = []
    let library = ''
    const scene = {
      time: noon,
      route(rest: Partial<RouteOptions> = {}) {
        const folder = rest.folder ?? newFolder()
        folders.push(folder)
        const keys = [scene.older, scene.newer]
        return givenOf({
          ...{ library, archiveSecret: scene.standIn.secret, keys, origin: scene.server.origin },
          ...{ clock: { now: () => scene.time }, signal: scene.stop.signal, ...rest, folder },
        })
      },
      prepared: (count: number, rest: (number: number) => Partial<Prepared> = () => ({})) =>
        upTo(count).map((number): Prepared => {
          const plain = textMessage(number)
          return {
            seq: BigInt(number),
            messageId: messageId(number),
            key: scene.newer,
            plain,
            ...rest(number),
          }
        }),
    } as Scene

    beforeAll(() => {
      const built = newFolder()
      folders.push(built)
      library = compileStandIn(built)
      scene.older = makeKey(1, 'pkcs1')
      scene.newer = makeKey(2, 'pkcs8')
    })
    afterAll(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
    beforeEach(async () => {
      scene.time = noon
      scene.standIn = createStandIn(library)
      scene.server = await startQyapiServer(companyOf(scene.standIn.secret), { now: () => scene.time })
      scene.stop = new AbortController()
    })
    afterEach(async () => {
      scene.stop.abort()
      await scene.server.close()
      scene.standIn.remove()
    })
    define(scene)
  })
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** The numbers of the messages that were opened, in the order they came. */
export function numbersIn(journal: Journal): number[] {
  return [...journal.records.values()].flatMap(({ identity }) =>
    identity.type === 'vendor-id' && !identity.messageId.startsWith('sealed/')
      ? [Number(identity.messageId.split('_')[0]) - 70_000_000_000]
      : [],
  )
}

/** A message with a file, as WeCom describes it. */
export function fileMessage(number: number, content: Uint8Array, rest: object = {}): string {
  return textMessage(number, {
    msgtype: 'file',
    text: undefined,
    file: {
      md5sum: createHash('md5').update(content).digest('hex'),
      filename: `报告 ${number}.pdf`,
      fileext: 'pdf',
      filesize: content.byteLength,
      sdkfileid: `file-${number}`,
      ...rest,
    },
  })
}

export function bytesOf(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 31 + seed + (index >> 8)) & 0xff))
}
