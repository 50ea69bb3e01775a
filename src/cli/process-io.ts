/** The real terminal of a run: this process's streams, colours as decK decides them, Ctrl-C as an abort, questions on standard output. */
import { setMaxListeners } from 'node:events'
import { createInterface } from 'node:readline'
import { DeckError, UsageError } from '../errors.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { createColours } from '../report/colour.ts'

/** @param noColor `--no-color`: true never, false always (even into a pipe), undefined as the stream is */
export async function processTerminal(noColor: boolean | undefined): Promise<Terminal> {
  const colours = (stream: { isTTY?: boolean }) =>
    createColours({
      terminal: stream.isTTY === true,
      env: process.env,
      ...(noColor !== undefined && { noColor }),
    })
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    // Node makes this stream when it is first looked at, which takes milliseconds; few runs read it.
    get stdin() {
      return process.stdin
    },
    env: process.env,
    chalk: await colours(process.stdout),
    errorChalk: await colours(process.stderr),
  }
}

/** Aborted once on Ctrl-C or SIGTERM; a second Ctrl-C ends the process as it would without us. */
function interruptSignal(): AbortSignal {
  const interrupted = new AbortController()
  // Every request under way listens to it.
  setMaxListeners(0, interrupted.signal)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write(`received ${signal}, stopping\n`)
      interrupted.abort()
    })
  }
  return interrupted.signal
}

/** What ends a run early: Ctrl-C, and `--deadline`. @throws UsageError for a deadline below 1 */
export function timeLimits(seconds: unknown): { signal: AbortSignal; deadline?: number } {
  const signal = interruptSignal()
  if (seconds === undefined) return { signal }
  if (Number(seconds) < 1) throw new UsageError(`--deadline cannot be less than 1, got ${seconds}`)
  const late = new AbortController()
  const reason = new DeckError(`the run took longer than --deadline allows (${seconds} s)`)
  setTimeout(() => late.abort(reason), Number(seconds) * 1000).unref()
  return {
    signal: AbortSignal.any([signal, late.signal]),
    deadline: Date.now() + Number(seconds) * 1000,
  }
}

/** Anything but y or yes is no. @throws UsageError where the input ends without an answer */
export async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await new Promise<string | undefined>(resolve => {
      lines.question(question, resolve)
      lines.once('close', () => resolve(undefined))
    })
    if (answer === undefined) {
      throw new UsageError('no answer: the input ended', { hint: '--yes or --force answers beforehand' })
    }
    return ['y', 'yes'].includes(answer.trim().toLowerCase())
  } finally {
    lines.close()
  }
}
