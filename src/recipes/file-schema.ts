/** `deck file schema`: the JSON Schema of state files for one version of Kong, with its plugins. */
import type { Version } from '../entities/language/define.ts'
import { pluginSchema, pluginsAt } from '../entities/plugin-registry.ts'
import { stateFileSchema } from '../file/json-schema/state-file-schema.ts'

export function fileSchema(version: Version): string {
  const plugins = pluginsAt(version).flatMap(({ name }) => pluginSchema(name, version) ?? [])
  return `${JSON.stringify(stateFileSchema(version, plugins), null, 1)}\n`
}
