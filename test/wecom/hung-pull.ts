/** A site in a process of its own that pulls from a library which never answers; to be killed. */
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import { givenOf, noon } from './company.ts'
import { makeKey } from './stand-in.ts'

const [library, archiveSecret, folder] = process.argv.slice(2) as [string, string, string]
const given = givenOf({
  ...{ library, archiveSecret, folder, keys: [makeKey(1)], origin: 'http://127.0.0.1:9' },
  ...{ clock: { now: () => noon }, signal: new AbortController().signal },
})
for await (const _found of wecomArchive.live!.pull!({ ...given, cursor: null }));
