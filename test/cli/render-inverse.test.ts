/** What `deck file render` gives is valid, and rendered again it is the same: for states of every kind, those of Kong Enterprise too. */
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
          expect(await run('validate', 'once.yaml')).toMatchObject({ exit: 0, stderr: '' })
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
