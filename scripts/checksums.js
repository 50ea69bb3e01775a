// SHA256SUMS, in the form that `sha256sum --check` reads.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param isListed whether a file of the folder has a line; the list itself and hidden files have none */
export function writeChecksums(folder, isListed = () => true) {
  const lines = readdirSync(folder)
    .filter(name => !name.startsWith('.') && name !== 'SHA256SUMS' && isListed(name))
    .sort()
    .map(name => `${sumOf(join(folder, name))}  ${name}\n`)
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''))
}

const sumOf = file => createHash('sha256').update(readFileSync(file)).digest('hex')
