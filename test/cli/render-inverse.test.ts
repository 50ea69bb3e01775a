/**
 * What `deck file render` gives is valid, and rendered again it is the same: for states of every kind, those
 * of Kong Enterprise too.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromState } from '../../src/file/from-state.ts'
import { write } from '../../src/file/yaml/write.ts'
import { isRbacKind } from '../../src/state/select.ts'
import { type Host, startHost } from '../support/deck-host.ts'
import { schemas, statesOf } from '../unit/every-kind-states.ts'

const kinds = {
  'all but roles': statesOf(definition => !isRbacKind(definition)),
  roles: statesOf(isRbacKind),
}

const folder = mkdtempSync(join(tmpdir(), 'deck-render-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(kinds))('deck file render of %s', (_name, states) => {
  let host: Host
  beforeAll(() => {
    host = startHost()
  })
  afterAll(() => host.stop())

  const run = (...argv: string[]) =>
    host.run({ argv: ['file', ...argv], cwd: folder, env: { PATH: '', HOME: folder }, stdin: '' })

  it.each([true, false])(
    'gives what is valid, and what it gives of itself again (with ids: %s)',
    async withId => {
      await fc.assert(
        fc.asyncProperty(states, async state => {
          fc.pre(state.size > 0)
          writeFileSync(join(folder, 'in.yaml'), write(fromState(state, { schemas, withId }), 'yaml'))
          expect(await run('render', 'in.yaml', '-o', 'once.yaml')).toMatchObject({ exit: 0 })
          const { exit, stderr } = await run('validate', 'once.yaml')
          // There are warnings: no Kong bundles plugins of these names.
          expect({ exit, errors: stderr.match(/error: .*/g) }).toEqual({ exit: 0, errors: null })
          expect(await run('render', 'once.yaml', '-o', 'twice.yaml')).toMatchObject({ exit: 0 })
          const [once, twice] = ['once.yaml', 'twice.yaml'].map(name =>
            readFileSync(join(folder, name), 'utf8'),
          )
          expect(twice).toBe(once)
        }),
        { numRuns: 8, endOnFailure: true },
      )
    },
  )
})

describe('deck file render', () => {
  let host: Host
  beforeAll(() => {
    host = startHost()
  })
  afterAll(() => host.stop())
  const render = (text: string) => {
    const argv = ['file', 'render', '-', '--format', 'json']
    return host.run({ argv, cwd: folder, env: { PATH: '', HOME: folder }, stdin: text })
  }
  const route = (fields: object) =>
    JSON.stringify({ _format_version: '3.0', routes: [{ name: 'r', paths: ['/a'], ...fields }] })

  it.each([
    [['grpc'], false],
    [['grpcs'], false],
    [['http'], true],
  ])('gives a route with %j what its protocols allow', async (protocols, strip_path) => {
    const { stdout } = await render(route({ protocols }))
    expect(JSON.parse(stdout).routes[0].strip_path).toBe(strip_path)
  })

  it('refuses strip_path of gRPC, as decK does', async () => {
    const { exit, stderr } = await render(route({ protocols: ['grpc'], strip_path: true }))
    expect(exit).toBe(1)
    expect(stderr).toContain("cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'")
  })

  it('keeps the tags of the file, and gives them to its entities', async () => {
    const { stdout } = await render('{_info: {select_tags: [mine]}, services: [{name: s, host: h}]}')
    expect(JSON.parse(stdout)).toMatchObject({
      _info: { select_tags: ['mine'] },
      services: [{ name: 's', tags: ['mine'] }],
    })
  })

  it('is the same text each time without ids in the file', async () => {
    const text =
      '{consumers: [{custom_id: b, groups: [{name: g}]}, {custom_id: a}], consumer_groups: [{name: g}]}'
    const [one, other] = [await render(text), await render(text)]
    expect(one.stdout).toBe(other.stdout)
    expect(one.stdout).not.toContain('"id"')
  })
})
