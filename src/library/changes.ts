/** Differences between a gateway and state files, and their application. */
import { isDeepStrictEqual } from 'node:util'
import { DeckError, type Diagnostic, type Place, StateFileError } from '../errors.ts'
import type { Change } from '../plan/diff.ts'
import { makePlan, type Plan as Steps, type Summary } from '../plan/plan.ts'
import { captured } from '../recipes/captured.ts'
import { outcomesOf } from '../recipes/carry-out.ts'
import { type GatewaySide, openGateway, wholeReader } from '../recipes/gateway-state.ts'
import { possibleChanges } from '../recipes/reconcile/changes.ts'
import { type Comparison, prepareComparison } from '../recipes/reconcile/comparison.ts'
import type { DeleteLimit } from '../recipes/reconcile/guard.ts'
import { judge } from '../recipes/reconcile/judge.ts'
import { movedSince } from '../recipes/reconcile/moved-since.ts'
import type { ReconcileOptions } from '../recipes/reconcile/options.ts'
import { maskEntity, maskedError } from '../report/mask.ts'
import { type AdminApiOptions, clientSettings, type Environment, listOf } from './settings.ts'

export interface PlanOptions extends AdminApiOptions {
  /** Paths of files or folders, merged into one state. */
  readonly files: string | readonly string[]
  /** Values for `${{ env "DECK_X" }}`. Default: `process.env`. */
  readonly env?: Environment
  /** Only what has all these tags is compared. Default: the file's `_info.select_tags`, else everything. */
  readonly selectTags?: readonly string[]
  /** Whether what the files do not have is deleted. Default: true. */
  readonly deletes?: boolean
  /** The guard of `deck gateway sync`: a run that would delete more throws. Default: 30 %. */
  readonly maxDeletes?: DeleteLimit
}

export interface ApplyOptions extends PlanOptions {
  /** Nothing is changed where the files or the gateway have changed since this plan was made. */
  readonly expected?: Plan
}

/** One entity. Its values may be secrets. */
export interface EntityChange {
  readonly operation: 'create' | 'update' | 'delete'
  /** Kong's singular name, e.g. `service`. */
  readonly kind: string
  readonly id: string
  /** The title of `deck gateway diff`, e.g. `rate-limiting for service orders`. */
  readonly title: string
  /** The gateway's values; absent for a create. */
  readonly before?: Readonly<Record<string, unknown>>
  /** The file's values, without defaults; absent for a delete. */
  readonly after?: Readonly<Record<string, unknown>>
  /** Changed fields of an update, with defaults filled in on both sides. A missing value is null. */
  readonly fields: readonly {
    readonly path: readonly string[]
    readonly before: unknown
    readonly after: unknown
  }[]
  readonly where?: Place
}

export interface Plan {
  /** In the order in which they are made, as far as they need each other. */
  readonly changes: readonly EntityChange[]
  readonly summary: Summary
  /** Warnings; among them that an apply would stop at the guard. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface Outcome {
  readonly change: EntityChange
  /** The first failure ends the run: changes under way are finished, and no others begun. */
  readonly status: 'applied' | 'failed' | 'not-attempted'
  /** Of a failure: usually an AdminApiError or a ConnectionError. It has none of the entity's secrets. */
  readonly error?: unknown
}

/**
 * The changes of a sync, without applying them.
 *
 * @throws StateFileError with every problem of the files and its place; ConnectionError; AdminApiError
 */
export async function plan(options: PlanOptions): Promise<Plan> {
  const gateway = await openGateway(clientSettings(options))
  try {
    const { steps, diagnostics } = await prepare(options, 'diff', gateway)
    return { changes: steps.changes.map(publicChange), summary: steps.summary, diagnostics }
  } finally {
    gateway.client.close()
  }
}

/**
 * Makes the gateway what the files say, as `deck gateway sync` does, and reports each change when it is done.
 *
 * @throws as `plan` does; DeckError where `expected` is another plan, or where the gateway was changed
 *   while this run was being prepared; all before the first change
 */
export async function* apply(options: ApplyOptions): AsyncGenerator<Outcome, void, undefined> {
  const gateway = await openGateway(clientSettings(options))
  try {
    const { steps, comparison } = await prepare(options, 'sync', gateway)
    const changes = new Map(steps.changes.map(change => [change, publicChange(change)]))
    if (options.expected !== undefined && !isSame(options.expected.changes, [...changes.values()])) {
      throw new DeckError('the files or the gateway have changed since the plan was made', {
        hint: 'make a plan again, and look at it',
      })
    }
    const { client, schemas } = comparison
    const work = { client, schemas, signal: options.signal, everything: await wholeReader(gateway, client) }
    const moved = await movedSince(steps, work, comparison)
    if (moved.length > 0) {
      const [{ hint } = {}] = moved
      const text = moved.map(({ message }) => message).join('\n')
      throw new DeckError(text, hint === undefined ? {} : { hint })
    }
    for await (const { change, status, error } of outcomesOf(steps, work)) {
      const reported = changes.get(change) ?? publicChange(change)
      const entity = { ...change.before, ...change.after }
      yield {
        change: reported,
        status,
        ...(error !== undefined && {
          error: maskedError(error, entity, maskEntity(entity, change, { schemas })),
        }),
      }
    }
  } finally {
    gateway.client.close()
  }
}

interface Preparation {
  readonly comparison: Comparison
  readonly steps: Steps
  readonly diagnostics: readonly Diagnostic[]
}

async function prepare(
  options: PlanOptions,
  mode: 'diff' | 'sync',
  gateway: GatewaySide,
): Promise<Preparation> {
  const { files, env = process.env, selectTags, deletes = true, maxDeletes } = options
  const run: ReconcileOptions = {
    mode,
    files: listOf(files),
    client: clientSettings(options),
    ...(selectTags && { selectTags }),
    ...(maxDeletes !== undefined && { maxDeletes }),
    keepsSuperfluous: !deletes,
  }
  const { terminal } = await captured(env)
  const comparison = await prepareComparison(run, gateway, terminal)
  const changes = possibleChanges(run, comparison)
  const { diagnostics } = await judge(changes, comparison, run)
  if (diagnostics.some(({ severity }) => severity === 'error'))
    throw new StateFileError(diagnostics, 'the planned changes')
  return { comparison, steps: makePlan(changes, comparison.schemas, comparison.doubtful), diagnostics }
}

function publicChange({ op, kind, id, title, before, after, fields, origin }: Change): EntityChange {
  const where = origin?.document.whereIs(origin.path)
  return {
    operation: op,
    kind,
    id,
    title,
    ...(before && { before }),
    ...(after && { after }),
    fields,
    ...(where && { where }),
  }
}

const isSame = (expected: readonly EntityChange[], found: readonly EntityChange[]): boolean =>
  isDeepStrictEqual(comparable(expected), comparable(found))

/** Ids of new entities differ in each run; comparisons use their titles, also in references. */
function comparable(changes: readonly EntityChange[]): unknown {
  const created = changes.filter(({ operation }) => operation === 'create')
  const titles = new Map(created.map(({ id, kind, title }) => [id, `${kind} ${title}`]))
  const text = JSON.stringify(changes, (key, value: unknown) =>
    key === 'where' ? undefined : typeof value === 'string' ? (titles.get(value) ?? value) : value,
  )
  return JSON.parse(text)
}
