/** The recipe of `dump`: what the gateway has, as a state file. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { subschemaNames } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError, exitCodes } from '../errors.ts'
import { type FromStateOptions, fromState } from '../file/from-state.ts'
import { whileReading } from './carry-out.ts'
import { type GatewaySide, openGateway, refuseMissingWorkspace } from './gateway-state.ts'
import type { Terminal } from './recipe.ts'

export interface DumpOptions {
  readonly client: ClientSettings
  /** `-` is standard output. A name without extension gets `.yaml` or `.json`. */
  readonly outputFile: string
  readonly format: 'yaml' | 'json'
  readonly withId?: boolean
  readonly selectTags?: readonly string[]
  readonly skipConsumers?: boolean
  readonly skipDefaults?: boolean
  /** Asked before an existing file is overwritten; absent: it is overwritten. */
  readonly confirmOverwrite?: (file: string) => Promise<boolean>
}

/** @returns the exit code; @throws DeckError */
export async function dump(options: DumpOptions, io: Terminal): Promise<number> {
  const file = withEnding(options.outputFile, options.format)
  if (file !== '-' && existsSync(file) && (await options.confirmOverwrite?.(file)) === false)
    return exitCodes.done
  const gateway = await openGateway(options.client)
  try {
    const text = await whileReading(gateway.client, false, io, () => dumpText(options, gateway))
    if (file === '-') io.stdout.write(text)
    else {
      // A dump holds every key and password: for its owner's eyes.
      await writeFile(file, text, { mode: 0o600 }).catch((error: Error) => {
        throw new DeckError(`writing ${file}: ${error.message}`, { cause: error })
      })
    }
    return exitCodes.done
  } finally {
    gateway.client.close()
  }
}

async function dumpText(options: DumpOptions, gateway: GatewaySide): Promise<string> {
  const { client, selectTags = [], skipConsumers = false, withId, skipDefaults } = options
  await refuseMissingWorkspace(gateway, client.workspace)
  const [state, source] = await Promise.all([gateway.state({ selectTags, skipConsumers }), gateway.source()])
  const { schemas } = source
  // What a plugin's defaults are, only its schema says.
  if (skipDefaults === true) await source.load(subschemaNames(state, schemas))
  const form: FromStateOptions = {
    schemas,
    selectTags,
    ...(client.workspace !== undefined && { workspace: client.workspace }),
    ...(withId !== undefined && { withId }),
    ...(skipDefaults !== undefined && { skipDefaults }),
  }
  const { write } = await import('../file/write.ts')
  return write(fromState(state, form), options.format)
}

/** A name without ending gets the format's (decK). */
function withEnding(file: string, format: 'yaml' | 'json'): string {
  const name = file.split('/').at(-1) ?? ''
  return file === '-' || name.slice(1).includes('.') ? file : `${file}.${format}`
}
