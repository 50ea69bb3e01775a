/**
 * The recipe of `file explain`: each value of the selected entities with its source. Secrets and values of
 * variables are masked.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { Definition, Version } from '../entities/language/define.ts'
import { createSchemas } from '../entities/language/schemas.ts'
import type { Values } from '../entities/language/values.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import { exitCodes, refuseErrors, UsageError } from '../errors.ts'
import { valueAt } from '../file/document.ts'
import { loadStateFile } from '../file/load.ts'
import { describe, type FileEntity } from '../file/nesting.ts'
import { provenance, type Sourced } from '../file/provenance.ts'
import { shapeOf } from '../file/shape.ts'
import { type ExplainedEntity, renderExplained } from '../report/explained.ts'
import { maskEntity } from '../report/mask.ts'
import { masked } from '../state/secrets.ts'
import { printDiagnostics } from './report-diagnostics.ts'
import { readInput, type Terminal } from './terminal.ts'

export interface ExplainFileOptions {
  readonly files: readonly string[]
  readonly kind: string
  /** A name or id. Default: all of the kind. */
  readonly name?: string | undefined
  /** A field with all that is in it: `config.redis`. Default: all fields. */
  readonly field?: string | undefined
  readonly version: Version
  readonly json: boolean
}

/** By any of its names: `service`, `services`; @throws UsageError */
export function kindNamed(name: string): Definition {
  const found = kindCalled(name)
  if (found !== undefined) return found
  const hint = didYouMean(
    name,
    everyKind.map(({ kind }) => kind),
  )
  throw new UsageError(`unknown kind "${name}"`, hint === undefined ? {} : { hint })
}

export const kindCalled = (name: string): Definition | undefined =>
  everyKind.find(({ kind, fileKey, schema }) => [kind, fileKey, schema].includes(name))

/** @returns the exit code: 1 where the file has no such entity or field */
export async function explainFile(options: ExplainFileOptions, io: Terminal): Promise<number> {
  const { version, name, field, json } = options
  const definition = kindNamed(options.kind)
  const { pluginSchema } = await import('../entities/plugin-registry.ts')
  const { merged: file, diagnostics } = await loadStateFile(options.files, {
    env: io.env,
    mode: 'placeholders',
    stdin: () => readInput(io),
    strictly: { bundled: pluginSchema, version },
  })
  const anyPlugin = (plugin: string) => pluginSchema(plugin, version) ?? { name: plugin, fields: {} }
  const schemas = createSchemas(version, anyPlugin, { definitions: everyKind })
  const all = file.entities.filter(one => one.definition.kind === definition.kind)
  const chosen = all.filter(one => name === undefined || namesOf(one).includes(name))
  // A mistake is reported, and does not keep the values from being explained.
  if (chosen.length === 0) refuseErrors(diagnostics)
  if (chosen.length === 0) throw noSuchEntity(definition, name, all)
  printDiagnostics(diagnostics, [], io)
  const explained = chosen.map((entity): ExplainedEntity => {
    const { values, fields, origin } = provenance(entity, file, schemas)
    const shown = maskEntity(fields, { kind: definition.kind, origin }, { schemas })
    const where = entity.document.whereIs(entity.path)
    return {
      title: describe(entity),
      ...(where && { where }),
      values: values
        .filter(({ path }) => isWithin(path.join('.'), field))
        .map(one => ({ ...one, value: shownValue(one, shown) })),
    }
  })
  if (explained.every(({ values }) => values.length === 0))
    throw new UsageError(`no ${definition.kind} in the file has a value at "${field}"`)
  io.stdout.write(json ? `${JSON.stringify(explained, withoutSource, 2)}\n` : renderExplained(explained))
  return exitCodes.done
}

/** The line itself may hold a secret, and is of no use to a program. */
const withoutSource = (key: string, value: unknown): unknown =>
  key === 'where' && typeof value === 'object' && value !== null ? { ...value, source: undefined } : value

/** A value from a variable under an old name is recognised by its source only. */
function shownValue({ path, value, source }: Sourced, shown: Values): unknown {
  if (source === 'owner' || source === '_info.select_tags') return value
  const seen = valueAt(shown, path)
  return source.startsWith('environment') && seen === value && typeof value !== 'boolean' ? masked : seen
}

const isWithin = (path: string, field: string | undefined): boolean =>
  field === undefined || path === field || path.startsWith(`${field}.`)

const namesOf = ({ definition, values }: FileEntity): unknown[] => [
  values['id'],
  ...shapeOf(definition).names.map(one => values[one]),
]

function noSuchEntity(
  { kind }: Definition,
  name: string | undefined,
  all: readonly FileEntity[],
): UsageError {
  if (name === undefined) return new UsageError(`the file has no ${kind}`)
  const known = all.flatMap(namesOf).filter(one => typeof one === 'string')
  const hint = didYouMean(name, known)
  return new UsageError(`the file has no ${kind} "${name}"`, hint === undefined ? {} : { hint })
}
