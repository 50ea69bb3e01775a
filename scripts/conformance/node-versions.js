// The versions of Node that the package is tried on by `npm run conformance`: the oldest that package.json
// allows, and the newest of each later line when this was written.
import { join } from 'node:path'
import { fromNpm } from './from-npm.js'

const versions = ['20.19.0', '22.23.5', '24.22.3']

/**
 * npm has Node's programs for each platform.
 *
 * @returns paths of programs by their versions; undefined for a version that cannot be had here
 */
export function installNodeVersions(root) {
  const isWindows = process.platform === 'win32'
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`
  const file = join(name, 'bin', isWindows ? 'node.exe' : 'node')
  return new Map(
    versions.map(version => [
      version,
      fromNpm(root, `node-versions/${version}`, [`${name}@${version}`], file),
    ]),
  )
}
