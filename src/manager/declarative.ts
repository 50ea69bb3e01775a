/** Export, Compare and Sync of the page: the command line's own recipes `dump`, `diff` and `sync`, with texts in the place of files. */
import { Readable, Writable } from 'node:stream'
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError } from '../errors.ts'
import { dump } from '../recipes/dump.ts'
import { reconcile } from '../recipes/reconcile/reconcile.ts'
import { silent } from '../recipes/silent.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { createColours } from '../report/colour.ts'

export interface Declarative {
  /** What `deck dump` writes. */
  exported(format: 'yaml' | 'json'): Promise<string>
  /** @returns the JSON document of `deck diff --json-output`, or of `deck sync` */
  reconciled(mode: 'diff' | 'sync', stateFile: string): Promise<unknown>
}

/** @param env values for `${{ env "DECK_X" }}` */
export function createDeclarative(client: ClientSettings, env: Terminal['env']): Declarative {
  return {
    exported: async format => {
      const { terminal, written } = await captured(env, '')
      await dump({ client, outputFile: '-', format }, terminal)
      return written()
    },
    reconciled: async (mode, stateFile) => {
      const { terminal, written } = await captured(env, stateFile)
      try {
        await reconcile({ mode, files: ['-'], client, jsonOutput: true }, terminal)
      } catch (error) {
        // What is wrong is in the document.
        if (!(error instanceof DeckError) || written() === '') throw error
      }
      return JSON.parse(written())
    },
  }
}

/** A terminal whose standard input is a text, and whose standard output is kept. */
async function captured(
  env: Terminal['env'],
  input: string,
): Promise<{ terminal: Terminal; written: () => string }> {
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
