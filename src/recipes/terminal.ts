/** The input and output of all recipes, besides their options. */
import type { Readable, Writable } from 'node:stream'
import type { Colours } from '../report/colour.ts'
import type { Screen } from '../report/live-line.ts'

export interface Terminal {
  /** Events, differences, summaries, JSON, dumps. */
  readonly stdout: Writable
  /** Warnings, and what failed. */
  readonly stderr: Writable & Pick<Screen, 'isTTY' | 'columns'>
  readonly stdin: Readable
  readonly env: Readonly<Record<string, string | undefined>>
  /** For stdout; made by `createColours` (report/colour.ts). */
  readonly chalk: Colours
  /** For stderr, where that is another kind of stream. Default: as stdout. */
  readonly errorChalk?: Colours
  /** Problems are annotations of GitHub Actions as well, on stderr. Default: false. */
  readonly annotates?: boolean
}

/** All of standard input. */
export async function readInput({ stdin }: Pick<Terminal, 'stdin'>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
