/**
 * Starts programs for tests. None outlives the process that started it, however that process ends:
 * guardian.js ends the rest.
 */
import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { watchRun } from './leaks/watched-run.ts'

// A process group holds what a program starts in its turn. Windows has none; guardian.js asks it for the tree.
const detached = process.platform !== 'win32'

let guardian: ChildProcessWithoutNullStreams | undefined

function report(line: string): void {
  guardian ??= startGuardian()
  guardian.stdin.write(`${line}\n`)
}

function startGuardian(): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guardian.js')], { detached })
  child.stdin.on('error', () => {})
  // The test process ends without waiting for it.
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
  return child
}

/** Whether a program of the group still runs. */
function isGroupThere(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Both streams as they came. */
export interface Finished extends Result {
  readonly output: string
}

/** Closes the standard input of a program that has just been started, and waits until it has ended. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const read = { stdout: '', stderr: '', output: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      read[name] += text
      read.output += text
    })
  child.stdin.end()
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, ...read }
}

/** Runs a program of Node: `[file, ...arguments]`. */
export const startNode = (argv: readonly string[], options: SpawnOptionsWithoutStdio = {}) =>
  startProgram(process.execPath, argv, options)

/**
 * What the program prints and writes is searched for secrets when it has ended.
 *
 * @param stdin what the caller will write to its standard input
 */
export function startProgram(
  file: string,
  argv: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
  stdin = '',
): ChildProcessWithoutNullStreams {
  const { cwd = process.cwd(), env = process.env } = options
  const search = watchRun({ argv, cwd: String(cwd), env, stdin })
  const child = spawn(file, argv, { ...options, detached })
  const { pid } = child
  if (pid === undefined) return child
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder()
    child[name].on('data', (part: string | Buffer) => {
      texts[name] += typeof part === 'string' ? part : decoder.write(part)
    })
  }
  child.once('close', code => search({ code, ...texts }))
  report(`+${pid}`)
  // A gateway that is killed may leave workers behind.
  child.once('exit', () => isGroupThere(pid) || report(`-${pid}`))
  return child
}
