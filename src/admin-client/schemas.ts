/**
 * The server's schemas: `/schemas/<kind>` laid over the registry, and `/schemas/plugins/<name>` for the
 * required plugins. The server's schema wins, so that a real Kong's defaults and unknown plugins are
 * understood.
 */

import { everyKind } from '../entities/enterprise.ts'
import type { Fields, Version } from '../entities/language/define.ts'
import { withOwnChecks, withOwnWords } from '../entities/language/own-words.ts'
import { fieldsFromSchemaJson, pluginFromSchemaJson } from '../entities/language/schema-json.ts'
import { createSchemas, type PluginSchema, type Schemas } from '../entities/language/schemas.ts'
import { openSubschema } from '../entities/language/subschemas.ts'
import { isEnterprise } from '../entities/language/versions.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import type { State } from '../state/state.ts'
import type { AdminClient } from './client.ts'
import { inParallel } from './in-parallel.ts'
import type { GatewayInformation } from './version.ts'

export interface SchemaSource {
  /**
   * The server's schemas of the requested kinds, the registry's of all others. `plugin(name)` returns
   * loaded schemas only.
   */
  readonly schemas: Schemas
  /** Requests the schemas of these kinds as well, each once. @returns `schemas` afterwards */
  about(kinds: ReadonlySet<string>): Promise<Schemas>
  /**
   * Requests the schemas of these plugins, each once.
   *
   * @returns the plugins that the server does not have
   */
  load(names: ReadonlySet<string>): Promise<ReadonlySet<string>>
}

/**
 * @param kinds whose schemas are requested immediately. Default: all
 * @throws ConnectionError; DeckError if the server refuses
 */
export async function fetchSchemas(
  client: AdminClient,
  { version, routerFlavor }: Pick<GatewayInformation, 'version' | 'routerFlavor'>,
  kinds?: ReadonlySet<string>,
): Promise<SchemaSource> {
  const plugins = new Map<string, PluginSchema>()
  const loading = new Map<string, Promise<unknown>>()
  const unknown = new Set<string>()
  const find = (name: string): PluginSchema | undefined => plugins.get(name)
  const overlay = new Map<string, Fields>()
  const asked = new Set<string>()
  const made = (): Schemas => createSchemas(version, find, { overlay, routerFlavor, definitions: everyKind })
  let schemas = made()

  async function about(wanted: (kind: string) => boolean): Promise<Schemas> {
    const fresh = schemas.kinds.filter(
      ({ kind, enterprise }) =>
        wanted(kind) && !asked.has(kind) && (enterprise !== true || isEnterprise(version)),
    )
    if (fresh.length === 0) return schemas
    for (const { kind } of fresh) asked.add(kind)
    await Promise.all(
      fresh.map(async ({ kind, schema }) => {
        const fields = await fieldsOf(client, schema)
        if (fields !== undefined) overlay.set(kind, fields)
      }),
    )
    schemas = made()
    return schemas
  }

  async function ask(name: string): Promise<void> {
    const json = await schemaAt(client, `plugins/${encodeURIComponent(name)}`)
    if (json === undefined) unknown.add(name)
    else plugins.set(name, await withRegistry(pluginFromSchemaJson(name, json), version))
  }

  await about(kind => kinds?.has(kind) !== false)
  return {
    get schemas() {
      return schemas
    },
    about: more => about(kind => more.has(kind)),
    load: async names => {
      const wanted = [...names].filter(name => !loading.has(name))
      const begun = inParallel(wanted, client.pace, ask)
      for (const name of wanted) loading.set(name, begun)
      await Promise.all([...names].map(name => loading.get(name)))
      return new Set([...names].filter(name => unknown.has(name)))
    },
  }
}

/**
 * The registry knows what the server does not print of the plugins that Kong bundles. It is loaded only where
 * there are plugins.
 */
async function withRegistry(served: PluginSchema, version: Version): Promise<PluginSchema> {
  const { pluginSchema } = await import('../entities/plugin-registry.ts')
  const ours = pluginSchema(served.name, version)
  if (ours === undefined) return served
  const checks = withOwnChecks(served.entity_checks, ours.entity_checks)
  return {
    ...served,
    fields: withOwnWords(served.fields, ours.fields),
    ...(checks && { entity_checks: checks }),
  }
}

/**
 * The names by which a state's entities choose their subschemas, where those are found on the server
 * (plugins).
 */
export function subschemaNames(state: State, schemas: Schemas): Set<string> {
  return new Set(
    schemas.kinds.flatMap(definition =>
      state.all(definition.kind).flatMap(({ fields }) => openSubschema(definition, fields)?.name ?? []),
    ),
  )
}

async function fieldsOf(client: AdminClient, schema: string): Promise<Fields | undefined> {
  const json = await schemaAt(client, schema)
  const fields = fieldsFromSchemaJson(json)
  return Object.keys(fields).length === 0 ? undefined : fields
}

/** Undefined for 404: then there is nothing to lay over what we know. */
async function schemaAt(client: AdminClient, name: string): Promise<unknown> {
  try {
    return await client.get(`/schemas/${name}`)
  } catch (error) {
    if (!(error instanceof AdminApiError)) throw error
    if (error.status === 404) return undefined
    throw new DeckError(`schema of ${name}: ${error.message}`, { cause: error })
  }
}
