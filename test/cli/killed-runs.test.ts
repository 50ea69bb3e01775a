/** A test run that is killed, or whose set-up fails, leaves no gateway, worker, Manager or browser behind. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isStandalone, newFolder, repository } from '../support/binary.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
const config = join(repository, 'test/support/endless-run.config.ts')

interface Running {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** All processes of this machine; those that have ended and wait to be noticed are none. */
function processes(): Running[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.flatMap(name => {
    try {
      const [, state, parent] = /\) (\w) (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }]
    } catch {
      // It has ended in between.
      return []
    }
  })
}

function descendants(of: number, all = processes()): Running[] {
  const children = all.filter(({ parent }) => parent === of)
  return children.flatMap(child => [child, ...descendants(child.pid, all)])
}

/** Those that still run. */
const alive = (started: readonly Running[]): string[] => {
  const now = new Set(processes().map(({ pid, command }) => `${pid} ${command}`))
  return started.map(({ pid, command }) => `${pid} ${command}`).filter(name => now.has(name))
}

async function startRun(env: Readonly<Record<string, string>> = {}) {
  const readyFile = join(newFolder(), 'ready')
  const runner = startNode([vitest, 'run', '--config', config], {
    cwd: repository,
    env: { ...process.env, ...env, ENDLESS_RUN: readyFile },
  })
  let output = ''
  for (const stream of [runner.stdout, runner.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const ended = new Promise(resolve => runner.once('close', resolve))
  const hasStarted = () => existsSync(readyFile) || runner.exitCode !== null
  await until(hasStarted, 'the run has started its programs', 120)
  expect(existsSync(readyFile), output).toBe(true)
  const started = descendants(runner.pid ?? 0)
  const commands = started.map(({ command }) => command).join('\n')
  for (const part of ['run.js serve', 'worker.cjs', 'run.js manager', 'chrom']) {
    expect(commands).toContain(part)
  }
  const testProcess = Number(readFileSync(readyFile, 'utf8'))
  rmSync(readyFile)
  return { runner, started, ended, testProcess }
}

// The standalone program has no workers.
const onLinux = test.skipIf(!existsSync('/proc/self/stat') || isStandalone)

onLinux('everything ends when the runner is killed', async () => {
  const { runner, started } = await startRun()
  runner.kill('SIGKILL')
  await expect.poll(() => alive(started), { timeout: 60_000 }).toEqual([])
})

onLinux('everything ends when the process of a test file is killed', async () => {
  const { started, ended, testProcess } = await startRun()
  process.kill(testProcess, 'SIGKILL')
  expect(await ended).toBe(1)
  await expect.poll(() => alive(started), { timeout: 60_000 }).toEqual([])
})

onLinux('everything ends when a set-up fails', async () => {
  const { started, ended } = await startRun({ ENDLESS_RUN_FAILS: 'yes' })
  expect(await ended).toBe(1)
  await expect.poll(() => alive(started), { timeout: 60_000 }).toEqual([])
})
