/**
 * What package-lock.json may hold: checked as the release workflow does, and with a lock file that has each
 * fault.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { finished, startNode } from '../support/processes.ts'

const root = resolve(import.meta.dirname, '../..')

interface Lock {
  lockfileVersion: number
  packages: Record<string, Record<string, unknown>>
}

function run(script: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', script), ...argv], {
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** The project's lock file with a change. @returns its path */
function changedLock(change: (packages: Lock['packages']) => void): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
  change(lock.packages)
  const path = join(mkdtempSync(join(tmpdir(), 'deck-test-')), 'package-lock.json')
  writeFileSync(path, JSON.stringify(lock))
  return path
}

const withEntry = (entry: Record<string, unknown>) =>
  changedLock(packages => {
    packages['node_modules/planted'] = { ...packages['node_modules/yaml'], ...entry }
  })

describe('the lock file', () => {
  it('names an exact version, a checksum and no address for every package', () => {
    expect(run('audit.js', '--offline')).toMatchObject({ status: 0 })
  })

  it.each([
    ['no integrity (sha512)', { integrity: undefined }],
    ['no integrity (sha512)', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    ['an address in "resolved"', { resolved: 'https://registry.example/planted.tgz' }],
    ['an install script', { hasInstallScript: true }],
    ['a link', { link: true }],
    ['no version', { version: undefined }],
  ])('is refused with %s', (problem, entry) => {
    const { status, output } = run('audit.js', '--offline', withEntry(entry))
    expect(status).toBe(1)
    expect(output).toBe(`node_modules/planted: ${problem}\n`)
  })

  it('is refused where package.json asks for a range', () => {
    const path = changedLock(packages => {
      packages[''] = { ...packages[''], dependencies: { yaml: '^2.0.0' } }
    })
    expect(run('audit.js', '--offline', path)).toEqual({
      status: 1,
      output: 'yaml: ^2.0.0 is not an exact version\n',
    })
  })
})

describe('the audit', () => {
  /** What npm reads of a package before it reports a hole in it. */
  const packument = (name: string) =>
    JSON.stringify({
      name,
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name, version: '1.0.0' } },
    })

  /** @returns what it says with a registry that answers the question for holes so */
  async function audit(status: number, body: string) {
    const registry = createServer((request, answer) => {
      request.resume()
      answer.setHeader('content-type', 'application/json')
      if (request.method === 'POST') answer.writeHead(status).end(body)
      else answer.end(packument(decodeURIComponent(String(request.url).slice(1))))
    })
    await new Promise<void>(ready => registry.listen(0, '127.0.0.1', ready))
    const { port } = registry.address() as AddressInfo
    const child = startNode([join(root, 'scripts/audit.js')], {
      env: { ...process.env, npm_config_registry: `http://127.0.0.1:${port}`, npm_config_fetch_retries: '0' },
    })
    const { code, output } = await finished(child)
    registry.closeAllConnections()
    registry.close()
    return { code, output }
  }

  it('fails, and says so, where the registry has no list of holes', async () => {
    const { code, output } = await audit(405, '')
    expect(output).toContain(
      'NOT AUDITED: the registry gives no list of known holes (405 Method Not Allowed)\n',
    )
    expect(output).not.toContain('knows of no holes')
    expect(code).toBe(1)
  })

  it('passes where the list names none of the packages', async () => {
    const { code, output } = await audit(200, '{}')
    expect(output).toContain('the registry knows of no holes in these packages')
    expect(code).toBe(0)
  })

  it('fails where the list names one of them', async () => {
    const hole = {
      id: 1,
      url: 'https://a.example',
      title: 'planted',
      severity: 'high',
      vulnerable_versions: '*',
    }
    const { code, output } = await audit(200, JSON.stringify({ yaml: [hole] }))
    expect(output).toContain('planted')
    expect(code).toBe(1)
  })
})

describe('licences', () => {
  it('of all packages fit', () => {
    expect(run('licences.js')).toMatchObject({ status: 0 })
  })

  it.each([
    ['GPL-3.0-only, in what users get', { license: 'GPL-3.0-only' }],
    ['MIT AND GPL-3.0-only, in what users get', { license: 'MIT AND GPL-3.0-only' }],
    ['MPL-2.0, in what users get', { license: 'MPL-2.0' }],
    ['GPL-3.0-only', { license: 'GPL-3.0-only', dev: true }],
    ['no licence', { license: undefined }],
  ])('that do not fit are named: %s', (problem, entry) => {
    const { status, output } = run('licences.js', withEntry({ version: '1.0.0', ...entry }))
    expect(status).toBe(1)
    expect(output).toContain(`planted 1.0.0: ${problem}\n`)
  })

  it.each([{ license: '(MIT OR GPL-3.0-only)' }, { license: 'MPL-2.0', dev: true }])(
    'that fit: %j',
    entry => {
      expect(run('licences.js', withEntry(entry)).status).toBe(0)
    },
  )
})
