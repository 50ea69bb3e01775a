/**
 * The page of an entity: its configuration, its nested entities, and the entity as JSON and as a state
 * file.
 */

import { computed, defineComponent, type Ref, ref, watch } from 'vue'
import { RouterLink, useRoute, useRouter } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { findEntity } from '../api.ts'
import { inSentence, labelOf } from '../labels.ts'
import { CertificateFacts } from '../parts/certificate-facts.tsx'
import { CodePanel } from '../parts/code-panel.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { DeleteDialog } from '../parts/delete-dialog.tsx'
import { EntityList } from '../parts/entity-list.tsx'
import { LoadProblem } from '../parts/load-problem.tsx'
import { Loading } from '../parts/loading.tsx'
import { useRefresh } from '../parts/refresh.ts'
import { TargetHealth } from '../parts/target-health.tsx'
import { useTitle } from '../parts/title.ts'
import { TryIt } from '../parts/try-it.tsx'
import { EntityLink, shown } from '../parts/value.tsx'
import { type Place, placeOf } from '../place.ts'
import type { Kind, Tab } from '../presentation.ts'
import type { Schema } from '../schema.ts'
import { nameIn, type Session, useSession } from '../session.ts'
import { NotFound, UnknownPlace } from './not-found.tsx'

const code: Tab = { slug: 'code', title: 'JSON and state file', lists: [] }

export const EntityPage = defineComponent(() => {
  const route = useRoute()
  const { kinds } = useSession()
  const place = computed(() => placeOf(route.params, kinds))
  return () =>
    place.value?.entity === undefined ? (
      <UnknownPlace />
    ) : (
      <EntityView key={place.value.entity} place={place.value} tab={String(route.params['tab'] ?? '')} />
    )
})

const EntityView = defineComponent(
  (props: { readonly place: Place; readonly tab: string }) => {
    const session = useSession()
    const router = useRouter()
    const { entity, schema, problem, isMissing, load } = loader(props.place)
    const isDeleting = ref(false)
    const { kind, owner } = props.place
    const path = props.place.entity ?? ''
    useTitle(() => {
      if (isMissing.value) return 'No such page'
      const isNamed = entity.value !== undefined && kind.secret?.includes(kind.key) !== true
      return isNamed ? `${nameIn(kind, entity.value as Entity)} – ${kind.many}` : kind.one
    })
    const page = owner === undefined ? `/${kind.path}/${props.place.id}` : path

    watch(() => props.tab, load, { immediate: true })
    useRefresh(load)

    // The gateway may report further lists while the page is open.
    const listed = () => session.kinds.bySchema(kind.schema)?.tabs ?? kind.tabs ?? []
    const tabs = computed(() => [...listed(), code])
    const current = () => tabs.value.find(({ slug }) => slug === props.tab)

    const content = (one: Entity) => {
      const tab = current()
      if (tab === undefined && props.tab !== '') return <NotFound />
      if (tab === undefined) {
        return (
          <>
            {kind.certificate && <CertificateFacts pem={String(one[kind.certificate])} />}
            <Configuration kind={kind} entity={one} schema={schema.value} />
            {listed()
              .filter(({ isBelowConfiguration }) => isBelowConfiguration)
              .map(below => listsOf(below, one, kind, path, session))}
          </>
        )
      }
      if (tab.slug === code.slug) return <CodePanel kind={kind} entity={one} path={path} />
      if (tab.slug === 'try') return <TryIt route={one} />
      return listsOf(tab, one, kind, path, session)
    }

    return () => {
      if (isMissing.value) return <NotFound />
      const one = entity.value
      if (one === undefined) {
        return problem.value ? (
          <LoadProblem problem={problem.value} load={load} />
        ) : (
          <Loading what={inSentence(kind.one)} />
        )
      }
      const isSecret = kind.secret?.includes(kind.key) === true
      return (
        <section class="entity">
          {owner !== undefined && (
            <nav class="crumbs" aria-label="Where this is">
              <EntityLink schema={owner.kind.schema} id={owner.id} />
              <RouterLink to={props.place.listPage}>{kind.many}</RouterLink>
            </nav>
          )}
          <header>
            <h1>{isSecret ? kind.one : nameIn(kind, one)}</h1>
            {buttonsOf(page, session, isDeleting)}
          </header>
          {owner === undefined && tabsOf(kind, page, props.tab, tabs.value)}
          {content(one)}
          {isDeleting.value && (
            <DeleteDialog
              kind={kind}
              entity={one}
              path={path}
              onDone={() => router.push(props.place.listPage)}
              onCancel={() => {
                isDeleting.value = false
              }}
            />
          )}
        </section>
      )
    }
  },
  { props: ['place', 'tab'] },
)

/** An entity with its schema, and whether it exists. */
function loader({ kind, entity: path = '' }: Place) {
  const session = useSession()
  const entity = ref<Entity>()
  const schema = ref<Schema>()
  const problem = ref('')
  const isMissing = ref(false)
  async function load(): Promise<void> {
    try {
      const found = await findEntity(path)
      isMissing.value = found === undefined
      if (found === undefined) return
      schema.value = await session.schemas.ofEntity(kind, found)
      entity.value = found
      problem.value = ''
    } catch (error) {
      problem.value = (error as Error).message
    }
  }
  return { entity, schema, problem, isMissing, load }
}

const buttonsOf = (page: string, { facts }: Session, isDeleting: Ref<boolean>) => (
  <div class="buttons" hidden={facts.value?.isReadOnly}>
    <RouterLink to={`${page}/edit`} role="button">
      Edit
    </RouterLink>
    <button
      type="button"
      class="secondary"
      onClick={() => {
        isDeleting.value = true
      }}
    >
      Delete
    </button>
  </div>
)

const tabsOf = (kind: Kind, page: string, current: string, tabs: readonly Tab[]) => (
  <nav class="tabs" aria-label={`${kind.one} pages`}>
    <RouterLink to={page} aria-current={current === '' ? 'page' : undefined}>
      Configuration
    </RouterLink>
    {tabs.map(({ slug, title }) => (
      <RouterLink key={slug} to={`${page}/${slug}`} aria-current={current === slug ? 'page' : undefined}>
        {title}
      </RouterLink>
    ))}
  </nav>
)

/** The lists of a tab: entities that belong to this one. */
const listsOf = (tab: Tab, one: Entity, kind: Kind, path: string, { kinds }: Session) =>
  tab.lists.map(list => {
    const below = kinds.bySchema(list.schema)
    if (below === undefined) return null
    const collection = `${path}/${list.path}`
    const newPage =
      list.schema === 'plugins'
        ? `/plugins/new?${list.field}=${one.id}`
        : `/${kind.path}/${one.id}/${list.path}/new`
    return (
      <>
        {list.schema === 'targets' && <TargetHealth upstream={one} />}
        <EntityList
          key={collection}
          kind={below}
          collection={collection}
          newPage={newPage}
          without={list.field}
          title={below.many}
          isSmall={tab.lists.length > 1}
        />
      </>
    )
  })

/** Fields in the order of the form, then what the form has not. */
const Configuration = defineComponent(
  (props: { readonly kind: Kind; readonly entity: Entity; readonly schema: Schema | undefined }) => () => {
    const { kind, entity, schema } = props
    const known = schema?.fields.map(({ name }) => name) ?? []
    const order = [
      ...kind.first,
      ...(kind.groups ?? []).flatMap(group => group.fields),
      ...known,
      ...Object.keys(entity),
    ]
    const names = [...new Set(order)].filter(name => name in entity)
    return (
      <dl class="values">
        {names.map(name => {
          const field = schema?.fields.find(one => one.name === name)?.field
          return (
            <div key={name}>
              <dt>{labelOf(name)}</dt>
              <dd>
                {shown(entity[name], field, name, kind)}
                {name === 'id' && <CopyButton what="ID" text={entity.id} />}
              </dd>
            </div>
          )
        })}
      </dl>
    )
  },
  { props: ['kind', 'entity', 'schema'] },
)
