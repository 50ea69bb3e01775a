/**
 * The state of a gateway after its last sync, in a file: `sync --record FILE` writes it, `drift --record
 * FILE` compares with it. It has no secrets: docs/decisions/2026-12-01-records-without-secrets.md
 */
import { createHash, createHmac, randomBytes, scryptSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Schemas } from '../../entities/language/schemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import { DeckError, systemReason, UsageError } from '../../errors.ts'
import { maskEntity } from '../../report/mask.ts'
import { masked } from '../../state/secrets.ts'
import { allOf } from '../../state/select.ts'
import { createState, type Origin, type State, type StateEntity } from '../../state/state.ts'
import { writeWhole } from '../write-whole.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * In the place of a secret. With a key, its digest says whether another value is the same one; without, it
 * is empty.
 */
interface Hidden {
  readonly deck_hidden: string
}

export interface RecordFile {
  readonly deck_record: 1
  readonly kong_version: string
  /** The selection of the recorded run: a run with another selection cannot be compared with it. */
  readonly selection: unknown
  readonly salt: string
  /** A seal of all secrets together, without a key. */
  readonly seal: string | null
  readonly entities: readonly { readonly kind: string; readonly id: string; readonly fields: Values }[]
}

/** Compares secrets by their hashes. @param key `DECK_RECORD_KEY` */
export interface RecordKey {
  readonly key: string | undefined
}

interface Recorded {
  readonly state: State
  readonly schemas: Schemas
  /** By the files, which say what came from variables. */
  readonly origins: ReadonlyMap<string, Origin>
}

export const entityKey = ({ kind, id }: Pick<StateEntity, 'kind' | 'id'>): string => `${kind} ${id}`

/** @throws DeckError where it cannot be written */
export async function writeRecord(
  path: string,
  recorded: Recorded,
  selection: unknown,
  { key }: RecordKey,
): Promise<void> {
  // An existing record keeps its salt: the same state gives the same file.
  const existing = await readRecord(path).catch(() => undefined)
  const salt = existing?.salt ?? randomBytes(16).toString('hex')
  const secrets: unknown[] = []
  const digest = digester(key, salt)
  const hide = (value: unknown): Hidden => {
    secrets.push(value)
    return { deck_hidden: digest?.(value) ?? '' }
  }
  const entities = allOf(recorded.state, recorded.schemas).map(entity => ({
    kind: entity.kind,
    id: entity.id,
    fields: hidden(entity.fields, shownFields(entity, recorded), hide) as Values,
  }))
  const record: RecordFile = {
    deck_record: 1,
    kong_version: recorded.schemas.version.text,
    selection,
    salt,
    seal: digest === undefined ? sealOf(secrets, salt) : null,
    entities,
  }
  await writeWhole(path, `${JSON.stringify(record, undefined, 1)}\n`, { mode: 0o600 })
}

function shownFields(entity: StateEntity, { schemas, origins }: Recorded): Values {
  const origin = origins.get(entityKey(entity))
  return maskEntity(entity.fields, { kind: entity.kind, ...(origin && { origin }) }, { schemas })
}

/** A value that is masked in part is hidden completely. */
function hidden(value: unknown, shown: unknown, hide: (value: unknown) => Hidden): unknown {
  if (isRecord(value) && isRecord(shown))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, hidden(inner, shown[name], hide)]),
    )
  if (Array.isArray(value) && Array.isArray(shown) && value.length === shown.length)
    return value.map((item, index) => hidden(item, shown[index], hide))
  return JSON.stringify(value) === JSON.stringify(shown) ? value : hide(value)
}

/** @returns undefined if the file does not exist; @throws UsageError if it is no record */
export async function readRecord(path: string): Promise<RecordFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`--record ${path}: ${systemReason(error) ?? String(error)}`, { cause: error })
  }
  const content = parsed(text)
  const isRecordFile = isRecord(content) && content['deck_record'] === 1 && Array.isArray(content['entities'])
  if (isRecordFile) return content as unknown as RecordFile
  throw new UsageError(`--record ${path}: the file is not a record of deck`, {
    hint: 'deck gateway sync FILE… --record FILE writes one',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws DeckError */
export function refuseOtherSelection(record: RecordFile, selection: unknown, path: string): void {
  if (JSON.stringify(record.selection) === JSON.stringify(selection)) return
  throw new DeckError(`${path} was recorded with other flags: ${JSON.stringify(record.selection)}`, {
    hint: 'give the flags of the recorded run (--select-tag, --workspace, --skip-consumers), or record again',
  })
}

export interface Revived {
  readonly state: State
  /** Whether the secrets are those that were recorded; undefined where that cannot be said. */
  readonly sameSecrets: boolean | undefined
}

/**
 * The recorded state, its secrets filled in from what is known now, where they are the same.
 *
 * @param known the gateway's state first, then the file's
 */
export function revive(
  record: RecordFile,
  known: readonly State[],
  schemas: Schemas,
  { key }: RecordKey,
): Revived {
  const digest = digester(key, record.salt)
  if (record.seal === null && digest === undefined)
    throw new DeckError('the record was made with a key, but DECK_RECORD_KEY is not set')
  if (record.seal !== null) return reviveSealed(record, known[0] ?? createState([], schemas), schemas)
  const values = new Map<string, unknown>()
  for (const state of known)
    for (const { fields } of allOf(state, schemas))
      for (const value of leaves(fields)) values.set(digest?.(value) ?? '', value)
  const fill = ({ deck_hidden: wanted }: Hidden): unknown =>
    values.has(wanted) ? values.get(wanted) : masked
  const entities = record.entities.map(entity => ({
    ...entity,
    fields: filled(entity.fields, undefined, fill) as Values,
  }))
  return { state: createState(entities, schemas), sameSecrets: true }
}

/** One seal for all says only whether all are what they were. */
function reviveSealed(record: RecordFile, live: State, schemas: Schemas): Revived {
  const secrets: unknown[] = []
  let isComplete = true
  const entities = record.entities.map(entity => {
    const now = live.get(entity.kind, entity.id)
    const fill = (_: Hidden, value: unknown): unknown => {
      if (value === undefined) isComplete = false
      else secrets.push(value)
      return value ?? masked
    }
    return { ...entity, fields: filled(entity.fields, now?.fields, fill) as Values }
  })
  const sameSecrets = isComplete ? sealOf(secrets, record.salt) === record.seal : undefined
  return { state: createState(entities, schemas), sameSecrets }
}

const isHidden = (value: unknown): value is Hidden & Values =>
  isRecord(value) && Object.keys(value).length === 1 && typeof value['deck_hidden'] === 'string'

function filled(value: unknown, now: unknown, fill: (hidden: Hidden, now: unknown) => unknown): unknown {
  if (isHidden(value)) return fill(value, now)
  if (Array.isArray(value))
    return value.map((item, index) => filled(item, Array.isArray(now) ? now[index] : undefined, fill))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      filled(inner, isRecord(now) ? now[name] : undefined, fill),
    ]),
  )
}

/** Possible values of a hidden field: every text and number, and whole lists. */
function leaves(value: unknown): unknown[] {
  if (Array.isArray(value)) return [value, ...value.flatMap(leaves)]
  if (isRecord(value)) return Object.values(value).flatMap(leaves)
  return value === null || value === undefined ? [] : [value]
}

function digester(key: string | undefined, salt: string): ((value: unknown) => string) | undefined {
  if (key === undefined || key === '') return undefined
  const derived = scryptSync(key, Buffer.from(salt, 'hex'), 32)
  return value => createHmac('sha256', derived).update(JSON.stringify(value)).digest('hex')
}

/** Slow on purpose: a reader of the record could otherwise guess passwords. */
function sealOf(secrets: readonly unknown[], salt: string): string {
  const digest = createHash('sha256').update(JSON.stringify(secrets)).digest()
  return scryptSync(digest, Buffer.from(salt, 'hex'), 32).toString('hex')
}
