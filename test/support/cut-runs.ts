/**
 * Runs of the real program that are cut off: a relay in front of the gateway cuts at one of its writes, or the
 * program is killed there. What `resume` and `rollback` make of it is compared with what was to be there.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { AdminClient } from '../../src/admin-client/client.ts'
import { fetchState } from '../../src/admin-client/fetch-state.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import { fromState } from '../../src/file/from-state.ts'
import { type Run, readRuns } from '../../src/journal/read.ts'
import { applyPlan } from '../../src/plan/apply.ts'
import { diffStates } from '../../src/plan/diff.ts'
import { makePlan } from '../../src/plan/plan.ts'
import { renamableField, uniqueKeys } from '../../src/plan/unique-keys.ts'
import { allOf } from '../../src/state/select.ts'
import type { State } from '../../src/state/state.ts'
import { type Running, startDeck } from './binary.ts'
import { type Fault, faultyRelay, type Relay } from './faulty-relay.ts'
import type { Result } from './processes.ts'
import { until } from './until.ts'

export interface Cut {
  /**
   * `refused`: the write alone, the run goes on to its end. `not sent`, `answer lost`: the network is gone from
   * this write on. `killed before`, `killed after`: the program, before or after the gateway got the write.
   */
  readonly how: 'refused' | 'not sent' | 'answer lost' | 'killed before' | 'killed after'
  /** Which write; the first is 0. */
  readonly at: number
  /** Requests at once. */
  readonly parallelism: number
  readonly way: 'resume' | 'rollback'
}

export const anyCut: fc.Arbitrary<Cut> = fc.record({
  how: fc.constantFrom('refused', 'not sent', 'answer lost', 'killed before', 'killed after'),
  at: fc.nat({ max: 40 }),
  parallelism: fc.constantFrom(1, 4, 10),
  way: fc.constantFrom('resume', 'rollback'),
})

interface Gateway {
  readonly client: AdminClient
  readonly schemas: Schemas
}

export interface CutRuns {
  /** @returns what is wrong, in words; nothing where all is well */
  attempt(a: State, b: State, cut: Cut): Promise<string[]>
  /** How many runs were cut off: the others were at their end before. */
  count(): number
}

const env = { DECK_JOURNAL_KEY: 'a key of at least 16 characters' }

/** The relay ends with the test. */
export async function cutRuns({ client, schemas }: Gateway): Promise<CutRuns> {
  const cutter = createCutter()
  const relay = await faultyRelay(client.address, cutter.faultOf)
  let count = 0
  const start = (argv: readonly string[], folder: string): Running =>
    startDeck(['gateway', ...argv, '--journal', folder, '--kong-addr', relay.address, '--timeout', '120'], {
      env,
    })

  async function attempt(a: State, b: State, cut: Cut): Promise<string[]> {
    await reach(a, { client, schemas })
    const before = await fetchState(client, schemas)
    if (diffStates(before, b, schemas).length === 0) return []
    const folder = mkdtempSync(join(tmpdir(), 'deck-cut-'))
    try {
      const file = join(folder, 'kong.json')
      writeFileSync(file, JSON.stringify(fromState(b, { schemas, withId: true })))
      const journal = join(folder, 'journal')
      const from = relay.seen.length
      const running = start(
        ['sync', file, '--max-deletes', 'all', '--parallelism', String(cut.parallelism)],
        journal,
      )
      cutter.arm(cut, running)
      const result = await running.result
      const isCut = cutter.disarm()
      if (isCut) count += 1
      await until(() => relay.forwarded() === 0, 'the gateway has answered all that was sent')
      const [run] = await readRuns(journal)
      if (run === undefined) return [`the run is not recorded: ${result.stderr}`]
      const wrong = needlessDeletes(run, relay, from, [before, b], schemas)
      if (isCut === (result.code === 0)) wrong.push(`exit code ${result.code}: ${result.stderr}`)
      if (isCut || cut.way === 'rollback') {
        const restored = await start(restoring[cut.way], journal).result
        if (restored.code !== 0) wrong.push(`${cut.way} ended with ${describe(restored)}`)
      }
      const expected = cut.way === 'resume' ? b : before
      return [...wrong, ...remaining(await fetchState(client, schemas), expected, cut.way, schemas)]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  return { attempt, count: () => count }
}

const restoring = { resume: ['resume'], rollback: ['rollback', '--yes'] } as const

const describe = ({ code, stdout, stderr }: Result): string => `${code}: ${stderr}${stdout}`

/** Makes a gateway have exactly this state. */
export async function reach(state: State, { client, schemas }: Gateway): Promise<void> {
  const plan = makePlan(diffStates(await fetchState(client, schemas), state, schemas), schemas)
  for await (const { change, status, error } of applyPlan(plan, client, { schemas }))
    if (status !== 'applied') throw new Error(`${change.kind} ${change.title}: ${status}`, { cause: error })
}

/** Decides about the writes of one run. */
function createCutter() {
  let armed: { readonly cut: Cut; readonly running: Running } | undefined
  let writes = 0
  let isCut = false
  const faultOf = ({ method, path }: { method: string; path: string }): Fault | undefined => {
    const isWrite = method !== 'GET' && !path.startsWith('/schemas/')
    if (armed === undefined || !isWrite) return undefined
    const { how, at } = armed.cut
    const number = writes++
    if (number < at) return undefined
    isCut = true
    if (how === 'refused')
      return number === at ? { what: 'status', status: 400, body: '{"message":"refused"}' } : undefined
    if (how.startsWith('killed')) armed.running.child.kill('SIGKILL')
    const isDone = how === 'answer lost' || how === 'killed after'
    return { what: isDone && number === at ? 'lost-answer' : 'lost-request' }
  }
  return {
    faultOf,
    arm: (cut: Cut, running: Running): void => {
      ;[armed, writes, isCut] = [{ cut, running }, 0, false]
    },
    /** @returns whether the run has come to the write where it was to be cut */
    disarm: (): boolean => {
      armed = undefined
      return isCut
    },
  }
}

/** Deletes of what is there before and after; some keys cannot change hands otherwise. */
function needlessDeletes(
  run: Run,
  relay: Relay,
  from: number,
  [before, after]: readonly [State, State],
  schemas: Schemas,
): string[] {
  const kept = allOf(before, schemas).filter(({ kind, id }) => after.get(kind, id) !== undefined)
  const planned = kept.filter(one =>
    run.changes.some(({ op, kind, id }) => op === 'delete' && kind === one.kind && id === one.id),
  )
  const sent = new Set(
    relay.seen
      .slice(from)
      .flatMap(({ method, path }) => (method === 'DELETE' ? [path.split('/').at(-1)] : [])),
  )
  const deleted = kept.filter(({ kind, id, fields }) => {
    const definition = schemas.of(kind)
    return (
      sent.has(id) &&
      uniqueKeys(definition, fields).every(key => renamableField(key, definition) !== undefined)
    )
  })
  return [...planned, ...deleted].map(
    ({ kind, id }) => `${kind} ${id} is deleted, though it is in both states`,
  )
}

function remaining(live: State, expected: State, way: Cut['way'], schemas: Schemas): string[] {
  const changes = diffStates(live, expected, schemas)
  // The gateway's own values are restored as well; a file need not have them.
  const back = way === 'rollback' ? diffStates(expected, live, schemas) : []
  return [...changes, ...back].map(
    ({ op, kind, id, fields }) =>
      `after ${way} there is left: ${op} ${kind} ${id} ${fields.map(({ path }) => path.join('.'))}`,
  )
}
