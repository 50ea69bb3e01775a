/**
 * Whether files, or the files of folders, have changed. Sizes and times are compared: editors replace files
 * as often as they write them.
 */
import { readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'

/** @returns a text that differs after a change */
export const lastChange = (paths: readonly string[]): string => paths.map(stateOf).join('\n')

function stateOf(path: string): string {
  const stats = lookAt(path)
  if (stats === undefined) return `${path} missing`
  if (!stats.isDirectory()) return `${path} ${stats.size} ${stats.mtimeMs}`
  return readdirSync(path)
    .sort()
    .map(name => stateOf(join(path, name)))
    .join('\n')
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
