// `npm run audit:lock`: what the lock file installs is exactly what was reviewed, and has no known holes.
// `--offline` leaves out the registry's list of holes; a path checks another lock file.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const lockFile = process.argv.slice(2).find(word => word !== '--offline') ?? join(root, 'package-lock.json')

/**
 * Packages with install scripts. Nothing needs them (`npm ci --ignore-scripts` gives a working program): each
 * has its binaries as optional packages.
 */
const withScripts = new Set(['esbuild', 'lmdb', 'msgpackr-extract', 'fsevents'])

function problemsOf({ version, integrity, resolved, link, hasInstallScript }, name) {
  const problems = []
  if (!/^\d+\.\d+\.\d+/.test(version ?? '')) problems.push('no version')
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) problems.push('no integrity (sha512)')
  // The user's registry, which may be a mirror, has it; .npmrc keeps addresses out.
  if (resolved !== undefined) problems.push('an address in "resolved"')
  if (link) problems.push('a link')
  if (hasInstallScript && !withScripts.has(name)) problems.push('an install script')
  return problems
}

function lockProblems() {
  const { packages, lockfileVersion } = JSON.parse(readFileSync(lockFile, 'utf8'))
  const { '': project, ...others } = packages
  const problems = lockfileVersion === 3 ? [] : [`lockfileVersion ${lockfileVersion} instead of 3`]
  const { dependencies, optionalDependencies, devDependencies } = project
  const direct = { ...dependencies, ...optionalDependencies, ...devDependencies }
  for (const [name, version] of Object.entries(direct)) {
    if (!/^\d/.test(version)) problems.push(`${name}: ${version} is not an exact version`)
  }
  for (const [path, entry] of Object.entries(others)) {
    const name = path.replace(/^.*node_modules\//, '')
    problems.push(...problemsOf(entry, name).map(problem => `${path}: ${problem}`))
  }
  return problems
}

const problems = lockProblems()
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('the lock file names exact versions with integrity')
if (!process.argv.includes('--offline') && !audited()) process.exitCode = 1

/** Some registries have no list of holes: nothing is audited then, and that is no success. */
function audited() {
  const { stdout, status } = npmAudit('--json')
  const report = parsed(stdout)
  if (report?.auditReportVersion !== undefined) {
    if (status === 0) console.log('the registry knows of no holes in these packages')
    else npmAudit()
    return status === 0
  }
  const reason = report?.message ?? report?.error?.summary ?? 'npm audit gave no report'
  console.error(`NOT AUDITED: the registry gives no list of known holes (${reason.split(' - ')[0]})`)
  return false
}

function npmAudit(...argv) {
  return spawnSync('npm', ['audit', '--audit-level=moderate', ...argv], {
    cwd: root,
    encoding: 'utf8',
    stdio: argv.length === 0 ? 'inherit' : 'pipe',
    shell: process.platform === 'win32',
  })
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
