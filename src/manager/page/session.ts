/**
 * State that all parts of the page share: schemas, names of entities, the last action. Passed on by Vue's
 * `provide`.
 */
import { type InjectionKey, inject, type Ref, reactive, ref, watch } from 'vue'
import { type Entity, isRecord } from './admin-api.ts'
import { admin, findEntity, listPage } from './api.ts'
import { createKinds, type Kinds } from './kinds.ts'
import { otherKinds } from './other-kinds.ts'
import { createPresence, type Presence } from './presence.ts'
import type { Kind } from './presentation.ts'
import { createSchemas, type Schemas } from './schema.ts'

export interface Notice {
  readonly text: string
  readonly outcome: 'done' | 'failed'
}

export interface GatewayFacts {
  readonly version: string
  readonly plugins: readonly string[]
  /** The paths that it serves, where it says so. */
  readonly endpoints: ReadonlySet<string> | undefined
  /** Without a database it takes whole state files, and no single change. */
  readonly isReadOnly: boolean
}

export interface Session {
  readonly kinds: Kinds
  readonly schemas: Schemas
  readonly notice: Ref<Notice | undefined>
  /** Known once the gateway has answered. */
  readonly facts: Ref<GatewayFacts | undefined>
  readonly presence: Presence
  /** The state file that is being compared: it stays while one looks elsewhere. */
  readonly stateFile: Ref<string>
  tell(text: string, outcome?: Notice['outcome']): void
  /** The name of an entity that is referred to; its id until it is known. */
  nameOf(schema: string, id: string): string
  keepName(schema: string, id: string, name: string): void
  /** Names may have changed. */
  forgetNames(schema: string): void
}

const key: InjectionKey<Session> = Symbol('session')
export const sessionKey = key

export function useSession(): Session {
  const session = inject(key)
  if (session === undefined) throw new Error('no session above this component')
  return session
}

export const nameIn = (kind: Kind, entity: Entity): string => {
  const name = entity[kind.key]
  if (typeof name === 'string' && name !== '' && kind.key !== 'id') return name
  const others = kind.alias === undefined ? undefined : entity[kind.alias]
  return Array.isArray(others) && typeof others[0] === 'string' ? others[0] : entity.id
}

/** @param presented the kinds that the Manager presents */
export function createSession(presented: readonly Kind[]): Session {
  const kinds = createKinds(presented)
  const schemas = createSchemas(admin.get, kinds.bySchema)
  const notice = ref<Notice>()
  const facts = ref<GatewayFacts>()
  const names = reactive(new Map<string, string>())
  const asked = new Set<string>()
  const firstPages = new Map<string, Promise<void>>()

  async function learn(kind: Kind, id: string): Promise<void> {
    const keep = (entity: Entity) => names.set(`${kind.schema}/${entity.id}`, nameIn(kind, entity))
    // One page usually contains all; further entities are requested individually.
    const first =
      firstPages.get(kind.schema) ??
      listPage(`/${kind.path}`, { size: '1000' }).then(({ data }) => data.forEach(keep))
    firstPages.set(kind.schema, first)
    await first
    if (names.has(`${kind.schema}/${id}`)) return
    const entity = await findEntity(`/${kind.path}/${id}`)
    if (entity !== undefined) keep(entity)
  }

  const presence = createPresence()
  const stateFile = ref('')
  async function learnFacts(): Promise<void> {
    // Without a response the page says so; another version may respond later.
    facts.value = await readFacts().catch(() => facts.value)
    const endpoints = facts.value?.endpoints ?? new Set<string>()
    const gateway = { get: admin.get, schema: schemas.of }
    kinds.learn(await otherKinds(endpoints, presented, gateway))
    kinds.isComplete.value = true
  }
  learnFacts()
  watch(presence.returns, learnFacts)
  return {
    presence,
    stateFile,
    schemas,
    kinds,
    notice,
    facts,
    tell: (text, outcome = 'done') => {
      notice.value = { text, outcome }
    },
    nameOf: (schema, id) => {
      const known = names.get(`${schema}/${id}`)
      const kind = kinds.bySchema(schema)
      if (known === undefined && kind !== undefined && !asked.has(`${schema}/${id}`)) {
        asked.add(`${schema}/${id}`)
        learn(kind, id).catch(() => {}) // its id is shown
      }
      return known ?? id
    },
    keepName: (schema, id, name) => names.set(`${schema}/${id}`, name),
    forgetNames: schema => {
      firstPages.delete(schema)
      for (const one of [...asked]) if (one.startsWith(`${schema}/`)) asked.delete(one)
      for (const one of [...names.keys()]) if (one.startsWith(`${schema}/`)) names.delete(one)
    },
  }
}

async function readFacts(): Promise<GatewayFacts> {
  const [root, endpoints] = await Promise.all([
    admin.get('/'),
    // Old and restricted Admin APIs do not report it.
    admin.get('/endpoints').catch(() => undefined),
  ])
  const information = isRecord(root) ? root : {}
  const plugins = isRecord(information['plugins']) ? information['plugins']['available_on_server'] : {}
  const paths =
    isRecord(endpoints) && Array.isArray(endpoints['data']) ? endpoints['data'].map(String) : undefined
  return {
    version: String(information['version'] ?? ''),
    plugins: isRecord(plugins) ? Object.keys(plugins).sort() : [],
    endpoints: paths && new Set(paths),
    isReadOnly: isRecord(information['configuration']) && information['configuration']['database'] === 'off',
  }
}
