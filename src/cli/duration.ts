/** The duration of a run: the last line of a run over a second, on a terminal. */
import { durationText, isWatched, type Screen } from '../report/live-line.ts'

/** @returns a line with its end, or nothing for a short run, in a pipe and in CI */
export function durationLine(
  code: number,
  milliseconds: number,
  screen: Screen,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (milliseconds < 1000 || !isWatched(screen, env)) return ''
  return `${code === 1 ? 'failed after' : 'done in'} ${durationText(milliseconds / 1000)}\n`
}
