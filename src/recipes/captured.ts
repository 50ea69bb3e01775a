/** A terminal for recipes that a program runs: nothing is shown, and the output is captured. */
import { Readable, Writable } from 'node:stream'
import { createColours } from '../report/colour.ts'
import { silent } from './silent.ts'
import type { Terminal } from './terminal.ts'

export interface Captured {
  readonly terminal: Terminal
  /** Standard output so far. */
  readonly written: () => string
}

/** @param input the content of `-` among the files */
export async function captured(env: Terminal['env'], input = ''): Promise<Captured> {
  const chunks: Buffer[] = []
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const chalk = await createColours({ terminal: false, env: {}, noColor: true })
  const terminal = { stdout, stderr: silent(), stdin: Readable.from([input]), env, chalk }
  return { terminal, written: () => Buffer.concat(chunks).toString('utf8') }
}
