/** A list of entities: pages, a filter, and what can be done with each. */
import { computed, defineComponent, ref, watch } from 'vue'
import { type LocationQuery, RouterLink, useRoute, useRouter } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { inSentence } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import type { Schema } from '../schema.ts'
import { useSession } from '../session.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { EntityTable } from './entity-table.tsx'
import { type Begun, createListing } from './listing.ts'
import { Loading } from './loading.tsx'
import { useRefresh } from './refresh.ts'

/** What the address and the history remember of a list. */
function keptIn({ filter }: LocationQuery): Begun {
  const { offsets } = (window.history.state ?? {}) as { offsets?: readonly (string | undefined)[] }
  return { ...(typeof filter === 'string' && { filter }), ...(offsets !== undefined && { offsets }) }
}

/** A shorter list needs no filter. */
const fewItems = 10

export const EntityList = defineComponent(
  (props: {
    readonly kind: Kind
    /** On the Admin API. */
    readonly collection: string
    readonly newPage: string
    /** A column that is the same in all. */
    readonly without?: string | undefined
    readonly level?: 1 | 2 | 3
    readonly title: string
    /** One of several lists on a page: an empty one is a single line. */
    readonly isSmall?: boolean
  }) => {
    const session = useSession()
    const route = useRoute()
    const router = useRouter()
    const schema = ref<Schema>()
    const isOpen = () => session.facts.value?.isReadOnly !== true
    const toDelete = ref<Entity>()
    const tag = computed(() => (typeof route.query['tag'] === 'string' ? route.query['tag'] : undefined))
    // Back and a reload restore the list of a page; a list below an entity starts at its beginning.
    const isKept = props.level === 1
    const {
      shown: list,
      problem,
      filter,
      offsets,
      load,
      go,
    } = createListing(props.kind, props.collection, tag, isKept ? keptIn(route.query) : {})
    if (isKept) {
      watch(filter, text => {
        const { filter: _, ...others } = route.query
        router.replace({ query: text === '' ? others : { ...others, filter: text } })
      })
      watch(offsets, () =>
        window.history.replaceState({ ...window.history.state, offsets: [...offsets.value] }, ''),
      )
    }
    const learn = () =>
      session.schemas.of(props.kind.schema).then(
        found => {
          schema.value = found
        },
        (error: Error) => {
          problem.value = error.message
        },
      )
    const loadAll = async () => {
      await learn()
      await load()
    }
    learn()
    useRefresh(loadAll)

    const columns = () =>
      props.kind.columns.flatMap(name => {
        const field = schema.value?.fields.find(one => one.name === name)?.field
        const isThere = name === 'snis' || name === 'id' || field !== undefined
        return isThere && name !== props.without ? [{ name, field }] : []
      })

    const table = (items: readonly Entity[]) => (
      <EntityTable
        kind={props.kind}
        items={items}
        columns={columns()}
        collection={props.collection}
        title={props.title}
        onDelete={(entity: Entity) => {
          toDelete.value = entity
        }}
        onChanged={load}
      />
    )

    const empty = () => {
      if (filter.value !== '' || tag.value !== undefined) {
        return (
          <p class="empty">
            None of the {props.kind.many.toLowerCase()} matches.{' '}
            <button
              type="button"
              class="link"
              onClick={() => {
                filter.value = ''
                router.replace({ query: {} })
              }}
            >
              Show all
            </button>
          </p>
        )
      }
      if (props.isSmall) return <p class="none">None yet.</p>
      return (
        <div class="empty">
          <p>
            <strong>No {props.kind.many.toLowerCase()} yet.</strong> {props.kind.about}
          </p>
          {isOpen() && (
            <RouterLink to={props.newPage} role="button">
              New {props.kind.one}
            </RouterLink>
          )}
        </div>
      )
    }

    const filters = () => (
      <div class="filters" role={props.isSmall ? undefined : 'search'}>
        <label class="visually-hidden" for={`filter-${props.kind.schema}`}>
          Filter by name, ID or tag
        </label>
        <input
          id={`filter-${props.kind.schema}`}
          type="search"
          placeholder="Filter by name, ID or tag"
          value={filter.value}
          onInput={event => {
            filter.value = (event.target as HTMLInputElement).value
          }}
        />
        {tag.value !== undefined && (
          <span class="chip">
            tag: {tag.value}{' '}
            <button
              type="button"
              class="link"
              aria-label="Show all tags"
              onClick={() => router.replace({ query: {} })}
            >
              ×
            </button>
          </span>
        )}
        <span class="muted" role="status">
          {filter.value !== '' && list.value?.looked !== undefined
            ? `${list.value.items.length} of ${list.value.looked}`
            : ''}
        </span>
      </div>
    )

    const pages = (next: string | undefined) =>
      (next !== undefined || offsets.value.length > 1) && (
        <nav class="pages" aria-label={`Pages of ${props.kind.many}`}>
          <button
            type="button"
            class="secondary"
            disabled={offsets.value.length === 1}
            onClick={() => go(offsets.value.slice(0, -1))}
          >
            Previous
          </button>
          <span>Page {offsets.value.length}</span>
          <button
            type="button"
            class="secondary"
            disabled={next === undefined}
            onClick={() => go([...offsets.value, next])}
          >
            Next
          </button>
        </nav>
      )

    return () => {
      const isUnfiltered = filter.value === '' && tag.value === undefined
      const isBare = list.value?.items.length === 0 && isUnfiltered
      const isShort =
        props.isSmall === true &&
        isUnfiltered &&
        (list.value?.items.length ?? 0) <= fewItems &&
        !list.value?.offset
      const Heading = `h${props.level ?? 2}` as 'h2'
      return (
        <section class="list">
          <header>
            <Heading>{props.title}</Heading>
            {isOpen() && ((list.value && !isBare) || props.isSmall) && (
              <RouterLink to={props.newPage} role="button" class={props.isSmall && 'secondary'}>
                New {props.kind.one}
              </RouterLink>
            )}
          </header>
          {problem.value && (
            <p class="problem" role="alert">
              {problem.value}{' '}
              <button type="button" class="link" onClick={loadAll}>
                Try again
              </button>
            </p>
          )}
          {list.value && !isBare && !isShort && filters()}
          {list.value === undefined && problem.value === '' && <Loading what={inSentence(props.kind.many)} />}
          {list.value && schema.value && (list.value.items.length === 0 ? empty() : table(list.value.items))}
          {list.value && filter.value === '' && pages(list.value.offset)}
          {toDelete.value && (
            <DeleteDialog
              kind={props.kind}
              entity={toDelete.value}
              path={`${props.collection}/${toDelete.value.id}`}
              onDone={() => {
                toDelete.value = undefined
                load()
              }}
              onCancel={() => {
                toDelete.value = undefined
              }}
            />
          )}
        </section>
      )
    }
  },
  { props: ['kind', 'collection', 'newPage', 'without', 'level', 'title', 'isSmall'] },
)
