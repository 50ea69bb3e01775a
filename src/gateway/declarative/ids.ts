/**
 * The ids that Kong gives to entities of declarative files, derived from their unique values, so that
 * loading a file twice gives the same ids (source: Kong's declarative configuration of 2.8 and 3.9; the
 * recorded ids). An entity without a unique value gets a random id.
 */
import type { Definition, Version } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isAbsent } from '../../entities/language/values.ts'
import { uuidV5 } from '../../entities/text/uuid.ts'
import { type Child, mapEntities, type Values } from './content.ts'

/** Kong's own namespace for these. */
const namespace = 'fd02801f-0957-4a15-a55a-c8d9606f30b5'

/** Adds an id to every entity whose values determine one; other entities stay unchanged. */
export const withMadeIds = (content: Values, schemas: Schemas): Values =>
  mapEntities(content, schemas, (item, definition, owner) => {
    if (!isAbsent(item['id'])) return item
    const key = keyText(item, definition, owner, schemas.version)
    return key === undefined ? item : { id: uuidV5(uuidV5(namespace, definition.schema), key), ...item }
  })

type Owner = (Child & { readonly item: Values }) | undefined

/** 3.x names the workspace too, which is any. */
const workspace = (version: Version): string[] => (version.major >= 3 ? ['*'] : [])

function keyText(item: Values, definition: Definition, owner: Owner, version: Version): string | undefined {
  const cacheKey = definition.uniqueTogether?.[0]?.fields ?? definition.cacheKey
  if (cacheKey !== undefined) return cacheKeyText(cacheKey, item, definition, owner, version)
  const name = definition.endpointKey
  const value = name === undefined ? undefined : item[name]
  if (name === undefined || isAbsent(value)) return undefined
  if (definition.fields[name]?.unique === true) return String(value)
  return uniqueBelowOwner(String(value), item, definition, owner, version)
}

function cacheKeyText(
  names: readonly string[],
  item: Values,
  definition: Definition,
  owner: Owner,
  version: Version,
): string | undefined {
  const parts: unknown[] = [definition.schema, ...workspace(version)]
  for (const name of names) {
    const value = item[name]
    if (definition.fields[name]?.auto === true) return undefined
    if (typeof value === 'string') parts.push(value)
    else if (value === undefined && name === owner?.field) {
      if (isAbsent(owner.item['id'])) return undefined
      parts.push(owner.item['id'])
    } else if (value === undefined && definition.fields[name]?.required === true) return undefined
    else if (value === undefined) parts.push('')
  }
  return parts.join(':')
}

/** Two upstreams may have equal targets. */
function uniqueBelowOwner(
  value: string,
  item: Values,
  definition: Definition,
  owner: Owner,
  version: Version,
): string | undefined {
  const owners = foreignFields(definition)
    .filter(({ field }) => field.on_delete === 'cascade')
    .map(({ name }) => owner?.item['id'] ?? item[name])
  return owners.some(isAbsent) ? undefined : [value, ...owners, ...workspace(version)].join(':')
}
