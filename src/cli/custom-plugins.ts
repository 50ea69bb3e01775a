/** `--custom-plugin NAME[=FILE]`: plugins that a gateway has beside those that Kong bundles. */
import { readFileSync } from 'node:fs'
import { pluginFromSchemaJson } from '../entities/language/schema-json.ts'
import type { PluginSchema } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import { systemReason, UsageError } from '../errors.ts'
import type { Run } from './base-command.ts'
import { inGroup, strings } from './flag-types.ts'

export const customPluginFlag = inGroup('CHECK', {
  'custom-plugin': strings(
    'custom-plugin',
    'a plugin that Kong does not bundle, with the response of GET /schemas/plugins/NAME (repeatable)',
    'NAME[=PATH]',
  ),
})

/**
 * @returns schemas by name; undefined for a name without a schema
 * @throws UsageError for a file that cannot be read or is no schema
 */
export function customPluginsOf(flags: Run['flags']): ReadonlyMap<string, PluginSchema | undefined> {
  const given = (flags['custom-plugin'] as readonly string[] | undefined) ?? []
  return new Map(
    given.map(text => {
      const at = text.indexOf('=')
      return at === -1
        ? [text, undefined]
        : [text.slice(0, at), readSchema(text.slice(0, at), text.slice(at + 1))]
    }),
  )
}

function readSchema(name: string, file: string): PluginSchema {
  const hint = `save it from a gateway that has the plugin: curl ADMIN-API/schemas/plugins/${name} > ${file}`
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isRecord(json) && Array.isArray(json['fields'])) return pluginFromSchemaJson(name, json)
  } catch (error) {
    const reason = systemReason(error) ?? 'it is not JSON'
    throw new UsageError(`--custom-plugin: ${file}: ${reason}`, { hint, cause: error })
  }
  throw new UsageError(`--custom-plugin: ${file} is not the schema of a plugin: it has no list of fields`, {
    hint,
  })
}
