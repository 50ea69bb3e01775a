/** The recipe of `dump`: what the gateway has, as a state file. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { subschemaNames } from '../admin-client/schemas.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { listWorkspaces } from '../admin-client/workspaces.ts'
import { ownerField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { exitCodes } from '../errors.ts'
import { type FromStateOptions, fromState } from '../file/from-state.ts'
import { withoutPlace } from '../file/place-entities.ts'
import type { Scope } from '../state/select.ts'
import type { StateEntity } from '../state/state.ts'
import { type GatewaySide, openGateway, refuseMissingWorkspace } from './gateway-state.ts'
import { whileReading } from './progress.ts'
import { printDiagnostics } from './report-diagnostics.ts'
import type { Terminal } from './terminal.ts'
import { withEnding, writeWhole } from './write-whole.ts'

export interface DumpOptions {
  readonly client: ClientSettings
  /** `-` is standard output. A name without extension gets `.yaml` or `.json`. */
  readonly outputFile: string
  readonly format: 'yaml' | 'json'
  readonly withId?: boolean
  readonly selectTags?: readonly string[]
  /** Default: everything but roles and plugin definitions. */
  readonly scope?: Scope
  readonly skipDefaults?: boolean
  /** One file for each workspace, instead of `outputFile`. */
  readonly allWorkspaces?: boolean
  /** Replace identifying values by hashes. Without a salt, the hashes differ between runs. */
  readonly sanitize?: { readonly salt?: string | undefined }
  /**
   * Begin with the line by which editors find the schema of state files, which is written beside the file.
   * YAML only. Default: false.
   */
  readonly editor?: boolean
  /** Asks before an existing file is overwritten; absent: it is overwritten. */
  readonly confirmOverwrite?: (file: string) => Promise<boolean>
}

/** @returns the exit code; @throws DeckError */
export async function dump(options: DumpOptions, io: Terminal): Promise<number> {
  const file = withEnding(options.outputFile, options.format)
  const asks = options.allWorkspaces !== true && file !== '-' && existsSync(file)
  if (asks && (await options.confirmOverwrite?.(file)) === false) return exitCodes.done
  const gateway = await openGateway(options.client)
  try {
    if (options.allWorkspaces === true) await dumpAll(options, gateway, io)
    else {
      await refuseMissingWorkspace(gateway, options.client)
      const text = await whileReading(gateway.client, false, io, () =>
        dumpText(options, gateway, options.client.workspace, io),
      )
      if (file === '-') io.stdout.write(text)
      else await writePrivately(file, text)
      if (options.editor === true && file !== '-') await writeSchema(dirname(file), gateway)
    }
    return exitCodes.done
  } finally {
    gateway.client.close()
  }
}

/** The schema that the first line of a file for editors names. */
const schemaFile = 'kong.schema.json'
const schemaLine = `# yaml-language-server: $schema=${schemaFile}\n`

async function writeSchema(folder: string, gateway: GatewaySide): Promise<void> {
  const { fileSchema } = await import('./file-schema.ts')
  const { schemas } = await gateway.source()
  await writeWhole(join(folder, schemaFile), fileSchema(schemas.version))
}

/** One file for each workspace, by its name. */
async function dumpAll(options: DumpOptions, gateway: GatewaySide, io: Terminal): Promise<void> {
  await gateway.information
  for (const workspace of await listWorkspaces(gateway.client)) {
    const text = await whileReading(gateway.client, false, io, () =>
      dumpText(options, gateway, workspace, io),
    )
    await writePrivately(withEnding(workspace, options.format), text)
  }
  if (options.editor === true) await writeSchema('.', gateway)
}

/** A dump holds every key and password: for its owner's eyes. */
const writePrivately = (file: string, text: string): Promise<void> => writeWhole(file, text, { mode: 0o600 })

async function dumpText(
  options: DumpOptions,
  gateway: GatewaySide,
  workspace: string | undefined,
  io: Terminal,
): Promise<string> {
  const { selectTags = [], scope = {}, withId, skipDefaults, sanitize } = options
  const client = gateway.client.within(workspace ?? '')
  const [state, source] = await Promise.all([gateway.state({ selectTags, scope }, client), gateway.source()])
  const { schemas } = source
  // Only a plugin's schema has its defaults and its lists of allowed values.
  if (skipDefaults === true || sanitize !== undefined) await source.load(subschemaNames(state, schemas))
  const form: FromStateOptions = {
    schemas,
    selectTags,
    ...(workspace !== undefined && { workspace }),
    ...(withId !== undefined && { withId: withId || sanitize !== undefined }),
    ...(skipDefaults !== undefined && { skipDefaults }),
  }
  const shown =
    sanitize === undefined
      ? state
      : (await import('../state/sanitize.ts')).sanitized(state, schemas, sanitize)
  printDiagnostics([], notesAbout(withoutPlace(state, schemas), schemas), io)
  const { write } = await import('../file/yaml/write.ts')
  return (options.editor === true ? schemaLine : '') + write(fromState(shown, form), options.format)
}

/** A sync of the file with the same tags would delete what is not in it. */
const notesAbout = (entities: readonly StateEntity[], schemas: Schemas): string[] =>
  entities.map(({ kind, id }) => {
    const owner = ownerField(schemas.of(kind))?.name ?? 'owner'
    return `${kind} ${id} is not in the dump: its ${owner} does not have the tags`
  })
