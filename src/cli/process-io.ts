/**
 * The real terminal of a run: this process's streams, colours as decK decides them, Ctrl-C as an abort,
 * questions on standard output.
 */
import { setMaxListeners } from 'node:events'
import { createInterface } from 'node:readline'
import { DeckError, UsageError } from '../errors.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { isInGithubActions } from '../report/annotations.ts'
import { createColours } from '../report/colour.ts'

/** @param flags `--no-color`: true never, false always (even into a pipe), undefined as the stream is */
export async function processTerminal(flags: Readonly<Record<string, unknown>>): Promise<Terminal> {
  const noColor = typeof flags['no-color'] === 'boolean' ? flags['no-color'] : undefined
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
    annotates: isInGithubActions(process.env) && !isGithubReport(flags),
  }
}

/** The same annotations on standard output, or in a file that a later step prints. */
const isGithubReport = (flags: Readonly<Record<string, unknown>>): boolean =>
  flags['format'] === 'github' ||
  (Array.isArray(flags['report']) && flags['report'].some(text => String(text).startsWith('github')))

interface Interruption {
  /** Aborted by the first Ctrl-C or SIGTERM that comes while signals are held. */
  readonly signal: AbortSignal
  readonly holdSignals: () => () => void
}

/**
 * A signal ends the process immediately, as the system does by default, unless code holds signals: code
 * that waits for responses or reports changes. A process that computes cannot receive signals, so no code
 * may hold them meanwhile. A second signal ends the process in any case.
 */
function interruption(): Interruption {
  const interrupted = new AbortController()
  // Every request under way listens to it.
  setMaxListeners(0, interrupted.signal)
  const signals = ['SIGINT', 'SIGTERM'] as const
  let holders = 0
  const ignore = (): void => {
    for (const signal of signals) process.off(signal, stop)
  }
  const stop = (signal: NodeJS.Signals): void => {
    ignore()
    process.stderr.write(`received ${signal}, stopping\n`)
    interrupted.abort()
  }
  const holdSignals = (): (() => void) => {
    if (holders === 0 && !interrupted.signal.aborted) for (const signal of signals) process.on(signal, stop)
    holders += 1
    let isHeld = true
    return () => {
      if (isHeld) holders -= 1
      if (isHeld && holders === 0) ignore()
      isHeld = false
    }
  }
  return { signal: interrupted.signal, holdSignals }
}

/** Early ends of a run: Ctrl-C, and `--deadline`. @throws UsageError for a deadline below 1 */
export function timeLimits(seconds: unknown): Interruption & { deadline?: number } {
  const { signal, holdSignals } = interruption()
  if (seconds === undefined) return { signal, holdSignals }
  if (Number(seconds) < 1) throw new UsageError(`--deadline cannot be less than 1, got ${seconds}`)
  const late = new AbortController()
  const reason = new DeckError(`the run took longer than --deadline allows (${seconds} s)`, {
    hint: 'a larger --deadline allows more time',
  })
  setTimeout(() => late.abort(reason), Number(seconds) * 1000).unref()
  return {
    signal: AbortSignal.any([signal, late.signal]),
    holdSignals,
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
      throw new UsageError('the question has no answer: standard input has ended', {
        hint: '--yes or --force answers it beforehand',
      })
    }
    return ['y', 'yes'].includes(answer.trim().toLowerCase())
  } finally {
    lines.close()
  }
}
