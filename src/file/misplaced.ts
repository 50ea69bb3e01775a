/**
 * Lists at the top of a file that belong inside an owner: the hint shows the right form with the file's
 * values.
 */
import { kindBySchema } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import { isSecretField } from '../state/secrets.ts'
import type { Document } from './document.ts'
import { problem } from './problem.ts'
import { referenceText } from './references.ts'
import { shapeOf } from './shape.ts'

/** @param key of the list, at the top of the document */
export function misplaced(definition: Definition, document: Document, key: string): Diagnostic {
  const owner = shapeOf(definition).foreign.find(({ field }) => field.nest === 'only')
  const message = `${key} are written inside their ${owner?.name ?? 'owner'}, not at the top`
  const kind = kindBySchema(owner?.field.reference ?? '')
  const hint = owner && kind ? `write ${example(definition, owner.name, kind, document, key)}` : undefined
  return problem('misplaced', message, document.whereIs([key], 'key'), {
    hint: hint && definition.enterprise !== true ? `${hint}; ${otherFormat}` : hint,
  })
}

const otherFormat =
  "Kong's own declarative format, which has them at the top, is for deck serve --db-less --declarative-config"

/** @example 'consumers: [{username: "x", acls: [{group: "g"}]}]' */
function example(
  definition: Definition,
  field: string,
  owner: Definition,
  document: Document,
  key: string,
): string {
  const list = document.content[key]
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  const item = isRecord(first) ? first : {}
  const name = document.isSecret([key, 0, field]) ? undefined : referenceText(item[field], owner)
  const naming = owner.endpointKey ?? 'id'
  const inner = shownFields(definition, item, field, path => document.isSecret([key, 0, ...path]))
  return `${owner.fileKey}: [{${naming}: ${name === undefined ? '…' : JSON.stringify(name)}, ${key}: [{${inner}}]}]`
}

/** The fields that make the entity what it is; secrets are left to the reader. */
function shownFields(
  definition: Definition,
  item: Readonly<Record<string, unknown>>,
  owner: string,
  isSecret: (path: readonly string[]) => boolean,
): string {
  const given = Object.keys(item).filter(name => name !== owner)
  const names = given.length > 0 ? given : shapeOf(definition).names.slice(0, 1)
  return names
    .map(name => {
      const value = item[name]
      const hidden = isSecret([name]) || isSecretField(name, definition.fields[name])
      return `${name}: ${hidden || value === undefined ? '…' : JSON.stringify(value)}`
    })
    .join(', ')
}
