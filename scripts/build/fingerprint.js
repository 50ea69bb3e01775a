// Tells whether something that was built is older than its sources.
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The sizes and times of all files below some names, and the Node that runs, as one short text. */
export function fingerprint(root, names) {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}`)
  const add = path => {
    const entry = statSync(path)
    if (entry.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else hash.update(`${path} ${entry.size} ${entry.mtimeMs}\n`)
  }
  for (const name of names) add(join(root, name))
  return hash.digest('hex')
}
