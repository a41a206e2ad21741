// What continuous integration runs, in a fresh clone: the checks, the tests, the long tests. Ends with one
// line, "N passed, N failed" (", N skipped" when any), over all of them. Plain JavaScript that Node 18
// understands, because it is started before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const reports = mkdtempSync(join(tmpdir(), 'holdfast-ci-'))
const total = { passed: 0, failed: 0, skipped: 0 }
/** Said once more at the end, where whoever reads the last lines finds it. */
const failures = []

// Together they stay within an hour: what the first ones leave of it is the last one's.
const minutesInAll = 59
const begun = Date.now()
add(countOfStep('npm run check', await run(['run', 'check'], 6)))
add(await runSuite(['test'], 13))
add(await runSuite(['run', 'test:all'], minutesInAll - (Date.now() - begun) / 60_000))
rmSync(reports, { recursive: true })

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
for (const failure of failures) console.log(`Failed: ${failure}`)
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed === 0 ? 0 : 1)

function add({ passed, failed, skipped }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function countOfStep(name, ok) {
  if (!ok) failures.push(name)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

async function runSuite(args, minutesMax) {
  const report = join(reports, `${args.join('-').replace(':', '-')}.json`)
  const ok = await run(
    [...args, '--', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    minutesMax,
  )
  const counts = existsSync(report)
    ? countTests(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 }
  // A suite can fail with no failed test: an error outside of all tests, a time limit, a crash.
  if (!ok && counts.failed === 0) add(countOfStep(`npm ${args.join(' ')}, outside of its tests`, false))
  return counts
}

function countTests(report) {
  // A test file that could not even be loaded holds no test that failed.
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  noteFailures(report, unloaded)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function noteFailures({ testResults }, unloaded) {
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    for (const { fullName, failureMessages } of failed) {
      failures.push([relative(root, name), fullName, ...failureMessages].join('\n'))
    }
  }
  failures.push(...unloaded.map(({ name, message }) => `${relative(root, name)}\n${message}`))
}

/** Runs npm in a process group of its own, which is ended when its time is up. True when it exits with 0. */
function run(args, minutesMax) {
  console.log(`\n== npm ${args.slice(0, 2).join(' ')}`)
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    const timer = setTimeout(() => {
      console.log(`npm ${args.slice(0, 2).join(' ')} took more than ${minutesMax} minutes and was ended.`)
      process.kill(-child.pid, 'SIGKILL')
    }, minutesMax * 60_000)
    const done = (ok) => {
      clearTimeout(timer)
      resolve(ok)
    }
    child.on('error', (error) => {
      console.log(error.message)
      done(false)
    })
    child.on('exit', (code) => done(code === 0))
  })
}
