/** What `file validate` says at a terminal when it is done: silence would not tell how much it looked at. */
import type { StateFile } from '../file/merge.ts'

/**
 * @param kong the Kong whose rules were applied; undefined: those that all versions have in common
 * @param isChecked whether the schema of a plugin is known
 * @example 'checked 2 services, 1 plugin for Kong 3.9; not checked: the configuration of my-plugin'
 */
export function checkedLine(
  file: StateFile,
  kong: string | undefined,
  isChecked: (plugin: string) => boolean,
): string {
  const counts = new Map<string, number>()
  for (const { definition } of file.entities) {
    counts.set(definition.fileKey, (counts.get(definition.fileKey) ?? 0) + 1)
  }
  const parts = [...counts].map(([key, count]) => `${count} ${count === 1 ? key.replace(/s$/, '') : key}`)
  const unchecked = [...new Set(file.entities.flatMap(pluginName))].filter(name => !isChecked(name)).sort()
  const rest = unchecked.length === 0 ? '' : `; not checked: the configuration of ${unchecked.join(', ')}`
  return `checked ${parts.join(', ')}${kong === undefined ? '' : ` for Kong ${kong}`}${rest}`
}

function pluginName({ definition, values }: StateFile['entities'][number]): string[] {
  const { key, types } = definition.subschema ?? {}
  const name = key === undefined || types !== undefined ? undefined : values[key]
  return typeof name === 'string' ? [name] : []
}
