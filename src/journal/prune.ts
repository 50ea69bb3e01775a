/**
 * Deletes old runs: the newest ten always stay; others stay while they are among the newest hundred and all
 * take less than 500 MB.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileEnding } from './format.ts'

const fewest = 10
const most = 100
const mostBytes = 500_000_000

/** A failure to prune does not fail the run. */
export async function prune(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const runs = names
    .filter(name => name.endsWith(fileEnding))
    .sort()
    .reverse()
  let bytes = 0
  for (const [index, name] of runs.entries()) {
    const path = join(folder, name)
    bytes += (await stat(path).catch(() => undefined))?.size ?? 0
    if (index < fewest || (index < most && bytes <= mostBytes)) continue
    await rm(path, { force: true }).catch(() => {})
  }
}
