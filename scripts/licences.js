// `npm run licences`: every package of the lock file has a licence that this project may use. `npm run
// licences -- FILE` checks another lock file.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundledPackages, packagesOfSources, reviewedLicences } from './build/packages.js'

const root = resolve(import.meta.dirname, '..')

/** Licences that ask for nothing but their text, which dist/licences.txt has. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
])
/** Asks for changes of its own files to be published: good for tools, of which nothing is given on. */
const forTools = new Set([...permissive, 'MPL-2.0'])

/** Of `A OR B` one will do; of `A AND B` both count. */
function isAllowed(expression, allowed) {
  const bare = expression.replace(/^\((.*)\)$/, '$1')
  if (bare.includes(' OR ')) return bare.split(' OR ').some(part => isAllowed(part, allowed))
  return bare.split(' AND ').every(part => allowed.has(part))
}

const lockFile = process.argv[2] ?? join(root, 'package-lock.json')
const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'))
const bundled = bundledPackages(root)
const imported = packagesOfSources(root, packages)
const problems = []
for (const [path, { version, dev, ...entry }] of Object.entries(packages)) {
  const name = path.replace(/^.*node_modules\//, '')
  if (name === '') continue
  const license = entry.license ?? reviewedLicences[`${name} ${version}`]
  const isTool = dev === true && !imported.has(path) && !bundled.has(`${name} ${version}`)
  if (license === undefined) problems.push(`${name} ${version}: no licence`)
  else if (!isAllowed(license, isTool ? forTools : permissive)) {
    problems.push(`${name} ${version}: ${license}${isTool ? '' : ', in what users get'}`)
  }
}
for (const problem of problems) console.error(problem)
console.log(`${Object.keys(packages).length - 1} packages, ${problems.length} without a fitting licence`)
process.exitCode = problems.length === 0 ? 0 : 1
