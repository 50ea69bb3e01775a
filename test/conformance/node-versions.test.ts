/**
 * The package on other versions of Node than the one that runs the tests: installed, its commands, its library.
 * `npm run conformance` fetches them from npm and names their programs in DECK_NODE_VERSIONS, as in PATH.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deck, guide, newFolder, type Served, serve, startDeck, summary } from '../support/binary.ts'
import { installPackage, type Packed, packPackage } from '../support/installed-package.ts'

const programs = (process.env['DECK_NODE_VERSIONS'] ?? '').split(delimiter).filter(Boolean)
const versionOf = (node: string) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()

let packed: Packed
beforeAll(() => {
  if (programs.length > 0) packed = packPackage()
})

// Without programs there is nothing below, and a file without a test is a failure.
it.skipIf(programs.length === 0)('each program is a Node of its own', () => {
  expect(new Set(programs.map(versionOf)).size).toBe(programs.length)
})

describe.skipIf(programs.length === 0).each(programs.map(node => [versionOf(node), node] as const))(
  'the package on Node %s',
  (version, node) => {
    let folder: string
    let gateway: Served
    const options = () => ({
      node,
      program: join(folder, 'node_modules/@deck-ts/deck/bin/run.js'),
      cwd: folder,
    })
    const run = (...argv: string[]) => deck([...argv, '--kong-addr', gateway.admin], options())

    beforeAll(async () => {
      folder = installPackage(packed)
      copyFileSync(guide, join(folder, 'kong.yaml'))
      gateway = await serve(['--data', newFolder()], options())
    })
    afterAll(async () => {
      await gateway?.stop()
    })

    it('runs on that Node, and keeps a code cache of its own', async () => {
      const { code, stdout } = await deck(['version', '--json'], options())
      expect({ code, runtime: JSON.parse(stdout).runtime }).toEqual({
        code: 0,
        runtime: { name: 'node', version: version.slice(1) },
      })
      const { stdout: v8 } = spawnSync(node, ['-p', 'process.versions.v8'], { encoding: 'utf8' })
      const files = readdirSync(join(folder, 'node_modules/@deck-ts/deck/dist'))
      expect(files.filter(name => name.startsWith(`deck.cjs.${v8.trim()}-`))).toHaveLength(1)
    })

    // The second run starts from the code cache of the first.
    it.each([1, 2])('validates, pings, syncs, dumps: %i', async () => {
      expect(await run('file', 'validate', 'kong.yaml')).toMatchObject({ code: 0, stderr: '' })
      expect((await run('gateway', 'ping')).stdout).toContain('Successfully connected to Kong!')
      expect(await run('gateway', 'sync', 'kong.yaml')).toMatchObject({ code: 0 })
      expect(await run('gateway', 'diff', 'kong.yaml')).toMatchObject({ code: 0, stdout: summary(0, 0, 0) })
      expect((await run('gateway', 'dump', '-o', '-')).stdout).toContain('services:')
      expect(await run('gateway', 'reset', '--force')).toMatchObject({ code: 0 })
    })

    it('proxies a request', async () => {
      expect((await fetch(`${gateway.proxy}/no-such-route`)).status).toBe(404)
    })

    it('serves the Manager', async () => {
      const argv = ['manager', '--manager-listen', '127.0.0.1:0', '--kong-addr', gateway.admin]
      const { child, result } = startDeck(argv, options())
      const [line] = (await once(child.stdout ?? child, 'data')) as [string]
      const [address = ''] = /http:\/\/\S+/.exec(line) ?? []
      const page = await fetch(address)
      child.kill()
      expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
        status: 200,
        type: 'text/html; charset=utf-8',
      })
      expect((await result).stderr).not.toContain('Error')
    })

    it.each(['import', 'require'])('has a library for %s', kind => {
      const load = kind === 'import' ? `await import('@deck-ts/deck')` : `require('@deck-ts/deck')`
      const code = `(async () => {
        const { validate } = ${load}
        console.log(JSON.stringify(await validate('kong.yaml', { kongVersion: '3.9' })))
      })()`
      const { stdout, stderr } = spawnSync(node, ['-e', code], { cwd: folder, encoding: 'utf8' })
      expect({ stdout, stderr }).toEqual({ stdout: '[]\n', stderr: '' })
    })
  },
)
