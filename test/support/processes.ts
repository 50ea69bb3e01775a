/**
 * Starts programs for tests. None outlives the process that started it, however that process ends:
 * guardian.js ends the rest.
 */
import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { join } from 'node:path'

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

/** Runs a program of Node: `[file, ...arguments]`. */
export const startNode = (argv: readonly string[], options: SpawnOptionsWithoutStdio = {}) =>
  startProgram(process.execPath, argv, options)

export function startProgram(
  file: string,
  argv: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(file, argv, { ...options, detached })
  const { pid } = child
  if (pid === undefined) return child
  report(`+${pid}`)
  // A gateway that is killed may leave workers behind.
  child.once('exit', () => isGroupThere(pid) || report(`-${pid}`))
  return child
}
