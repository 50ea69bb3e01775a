/** For recipes that a program runs: what they would print is in their results. */
import { Readable } from 'node:stream'
import { silent } from '../recipes/silent.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { createColours } from '../report/colour.ts'
import type { Environment } from './settings.ts'

/** Without input: `-` is an empty file here. */
export async function silentTerminal(env: Environment = process.env): Promise<Terminal> {
  return {
    stdout: silent(),
    stderr: Object.assign(silent(), { isTTY: false, columns: 80 }),
    stdin: Readable.from([]),
    env,
    chalk: await createColours({ terminal: false, env: {}, noColor: true }),
  }
}
