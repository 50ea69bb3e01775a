/** The last line of `file validate` on a terminal: how much was checked. */
import { openSubschema } from '../entities/language/subschemas.ts'
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
  const names = file.entities.flatMap(
    ({ definition, values }) => openSubschema(definition, values)?.name ?? [],
  )
  const unchecked = [...new Set(names)].filter(name => !isChecked(name)).sort()
  const rest = unchecked.length === 0 ? '' : `; not checked: the configuration of ${unchecked.join(', ')}`
  return `checked ${parts.join(', ')}${kong === undefined ? '' : ` for Kong ${kong}`}${rest}`
}
