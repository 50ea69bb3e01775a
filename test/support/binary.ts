/**
 * The real, built program for the tests: commands run to their end, and gateways on free ports. Nothing of
 * the tester's own settings reaches either.
 */
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { learnFromGateway } from './leaks/watched-run.ts'
import { type Result, startProgram } from './processes.ts'
import { until } from './until.ts'

export const repository = resolve(import.meta.dirname, '../..')
export const guide = join(repository, 'fixtures/guide/kong.yaml')

/** The package's program, or a standalone one: `DECK_BIN=dist/bin/deck npm run test:cli`. */
const standalone = process.env['DECK_BIN']
export const program: readonly [file: string, ...argv: string[]] =
  standalone === undefined
    ? [process.execPath, join(repository, 'bin/run.js')]
    : [resolve(repository, standalone)]

/** Whether the tests run a standalone program. */
export const isStandalone = standalone !== undefined

export interface Running {
  readonly child: ChildProcess
  readonly result: Promise<Result>
}

interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Given to it whole, then closed. Default: nothing. */
  readonly stdin?: string
  /** As another user of the system, by number; only root may. */
  readonly user?: number
  /** Another build's `bin/run.js`. */
  readonly program?: string
  /** Another Node for it. Default: the one that runs the tests. */
  readonly node?: string
}

/** A folder of its own, in the system's place for such. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'deck-test-'))

/** A file in a folder of its own. @returns its path */
export function newFile(name: string, text: string): string {
  const path = join(newFolder(), name)
  writeFileSync(path, text)
  return path
}

const emptyHome = newFolder()

export function startDeck(argv: readonly string[], options: Options = {}): Running {
  const { cwd, env, stdin = '', user, program: other, node = process.execPath } = options
  const [file, ...before] = other === undefined ? program : [node, other]
  const settings = {
    cwd: cwd ?? emptyHome,
    env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome, ...env },
    ...(user !== undefined && { uid: user, gid: user }),
  }
  const child = startProgram(file, [...before, ...argv], settings, stdin)
  const read = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      read[name] += text
    })
  }
  // It may end without having read its input.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const result = new Promise<Result>(resolve => child.once('close', code => resolve({ code, ...read })))
  return { child, result }
}

export const deck = (argv: readonly string[], options?: Options): Promise<Result> =>
  startDeck(argv, options).result

export interface Served extends Running {
  readonly admin: string
  readonly proxy: string
  readonly proxyTls: string
  readonly manager: string
  readonly pid: number
  /** Ends it, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<Result>
}

const anyPort = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])

/** `deck serve` on free ports, ready. @throws with its output where it ends before it is ready */
export async function serve(argv: readonly string[] = [], options: Options = {}): Promise<Served> {
  const readyFile = join(newFolder(), 'ready.json')
  const running = startDeck(['serve', ...anyPort, '--ready-file', readyFile, ...argv], options)
  await until(
    () => existsSync(readyFile) || running.child.exitCode !== null,
    'the gateway is ready or has ended',
  )
  if (!existsSync(readyFile)) throw new Error((await running.result).stderr)
  const addresses = JSON.parse(readFileSync(readyFile, 'utf8'))
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Result> => {
    if (running.child.exitCode === null) await learnFromGateway(addresses.admin)
    running.child.kill(signal)
    return running.result
  }
  return { ...addresses, ...running, stop }
}

export const summary = (created: number, updated: number, deleted: number): string =>
  `Summary:\n  Created: ${created}\n  Updated: ${updated}\n  Deleted: ${deleted}\n`
