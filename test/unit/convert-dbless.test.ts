/** A state as a DB-less file of Kong, and back: the same state, for every kind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { fromState } from '../../src/file/from-state.ts'
import { loadStateFile } from '../../src/file/load.ts'
import { toState } from '../../src/file/to-state.ts'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { write } from '../../src/file/yaml/write.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { isRbacKind } from '../../src/state/select.ts'
import { fromDbless } from '../../src/transform/convert/from-dbless.ts'
import { toDbless } from '../../src/transform/convert/to-dbless.ts'
import { schemas, statesOf } from './every-kind-states.ts'

const folder = mkdtempSync(join(tmpdir(), 'deck-dbless-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a state as a DB-less file, and back as a state file, is the same state', async () => {
  await fc.assert(
    fc.asyncProperty(
      statesOf(definition => !isRbacKind(definition)),
      async state => {
        fc.pre(state.size > 0)
        const dbless = write(toDbless(fromState(state, { schemas, withId: true })), 'yaml')
        const { document } = parseDocument({ name: 'dbless.yaml', text: dbless }, { mode: 'skip' })
        if (document === undefined) throw new Error('not read')
        const back = fromDbless(document)
        expect(back.diagnostics).toEqual([])
        const path = join(folder, 'kong.yaml')
        writeFileSync(path, write(back.content, 'yaml'))
        const { file, diagnostics } = await loadStateFile([path])
        expect(diagnostics).toEqual([])
        if (file === undefined) throw new Error('not read')
        const again = toState(file, { current: state, schemas })
        expect(again.diagnostics).toEqual([])
        expect(diffStates(state, again.state, schemas)).toEqual([])
      },
    ),
    { numRuns: 40, endOnFailure: true },
  )
})
