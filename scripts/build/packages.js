// Which packages of the lock file are in what users get. package.json does not tell: what is bundled into
// dist/ is a development dependency (docs/decisions/2026-12-01-dependencies.md).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Packages that name their licence in a form that npm does not read; by their own file. */
export const reviewedLicences = { 'unidecode 1.1.0': 'BSD-3-Clause' }

/** Packages whose code is in dist/ as it is built, by the titles of dist/licences.txt: `name version`. */
export function bundledPackages(root) {
  const file = join(root, 'dist/licences.txt')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return new Set(
    [...text.matchAll(/^(\S+) (\S+) \(.*\)$/gm)].map(([, name, version]) => `${name} ${version}`),
  )
}

/**
 * Packages that the sources import, and all that these depend on: known without a build, and more than what
 * is bundled of them.
 *
 * @param packages of a lock file, by their folders
 * @returns folders
 */
export function packagesOfSources(root, packages) {
  const found = new Set()
  const visit = folder => {
    if (folder === undefined || found.has(folder)) return
    found.add(folder)
    const { dependencies, optionalDependencies, peerDependencies } = packages[folder]
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    for (const name of names) visit(resolvePackage(name, folder, packages))
  }
  for (const name of importedPackages(root)) visit(resolvePackage(name, '', packages))
  return found
}

/** As Node looks for it: beside the package that needs it, then in each folder above. */
function resolvePackage(name, from, packages) {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (candidate in packages) return candidate
    if (folder === '') return undefined
  }
}

function importedPackages(root) {
  const names = new Set()
  for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
    if (!/\.(?:tsx?|css)$/.test(file)) continue
    const text = readFileSync(join(root, 'src', file), 'utf8')
    const imports = text.matchAll(/(?:\bfrom|\bimport|@import)\s*\(?\s*['"]((?:@[\w.-]+\/)?[\w-][\w.-]*)/g)
    for (const [, name] of imports) names.add(name)
  }
  return names
}
