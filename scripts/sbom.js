// The list of parts (SBOM, CycloneDX) of what users get: the packages in the bundles, PCRE2, and lmdb. npm
// lists all that package-lock.json names; what is only a tool is left out. `node scripts/sbom.js` writes the
// one of the package, dist/sbom.cdx.json.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundledPackages, reviewedLicences } from './build/packages.js'

/** By npm, of all that the lock file names. */
function listAll(root) {
  const argv = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']
  const { status, stdout, stderr } = spawnSync('npm', argv, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`npm sbom failed:\n${stderr}`)
  return JSON.parse(stdout)
}

/** Programs that stand in dist/ beside the bundles, and are no package. */
const pcre2 = {
  'bom-ref': 'pcre2@10.46',
  type: 'library',
  name: 'pcre2',
  version: '10.46',
  scope: 'required',
  purl: 'pkg:github/PCRE2Project/pcre2@pcre2-10.46',
  licenses: [{ license: { id: 'BSD-3-Clause' } }],
}

/** lmdb and what it needs are installed beside the bundles, not in them. */
function lmdbAndItsOwn({ dependencies }) {
  const found = new Set()
  const visit = ref => {
    if (found.has(ref)) return
    found.add(ref)
    for (const next of dependencies.find(one => one.ref === ref)?.dependsOn ?? []) visit(next)
  }
  visit(dependencies.map(({ ref }) => ref).find(ref => ref.startsWith('lmdb@')))
  return found
}

/**
 * @param more components beside these: the runtime of the standalone program
 * @returns the same for the same lock file and bundles
 */
export function sbomOf(root, more = []) {
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { serialNumber: _number, metadata, components, dependencies, ...head } = listAll(root)
  const bundled = bundledPackages(root)
  const lmdb = lmdbAndItsOwn({ dependencies })
  const parts = components
    .filter(one => bundled.has(`${one.name} ${one.version}`) || lmdb.has(one['bom-ref']))
    .map(one => ({
      ...one,
      scope: lmdb.has(one['bom-ref']) ? 'optional' : 'required',
      properties: [],
      licenses: one.licenses ?? [{ license: { id: reviewedLicences[`${one.name} ${one.version}`] } }],
    }))
    .concat(pcre2, more)
  const refs = new Set([metadata.component['bom-ref'], ...parts.map(one => one['bom-ref'])])
  const { timestamp: _time, ...rest } = metadata
  return {
    ...head,
    // npm takes the folder's name.
    metadata: { ...rest, component: { ...metadata.component, name } },
    components: parts,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(one => refs.has(one)) })),
  }
}

export function writeSbom(root, file, more) {
  writeFileSync(file, `${JSON.stringify(sbomOf(root, more))}\n`)
}

if (process.argv[1] === import.meta.filename) {
  const root = resolve(import.meta.dirname, '..')
  writeSbom(root, join(root, 'dist/sbom.cdx.json'))
}
