/** A list of entities: pages, a filter, and what can be done with each. */

import { computed, defineComponent, type Ref, ref, watch } from 'vue'
import { type LocationQuery, RouterLink, useRoute, useRouter } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { inSentence } from '../labels.ts'
import type { Kind } from '../presentation.ts'
import type { Schema } from '../schema.ts'
import { useSession } from '../session.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { EntityTable } from './entity-table.tsx'
import { type Begun, createListing, type Listing } from './listing.ts'
import { LoadProblem } from './load-problem.tsx'
import { Loading } from './loading.tsx'
import { useRefresh } from './refresh.ts'

/** The state of a list in the address and the history. */
function keptIn({ filter }: LocationQuery): Begun {
  const { offsets } = (window.history.state ?? {}) as { offsets?: readonly (string | undefined)[] }
  return { ...(typeof filter === 'string' && { filter }), ...(offsets !== undefined && { offsets }) }
}

/** A shorter list needs no filter. */
const fewItems = 10

interface ListProps {
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
}

/** The address and the history remember a list: its filter and its page. */
function keepListing({ filter, offsets }: Listing): void {
  const route = useRoute()
  const router = useRouter()
  watch(filter, text => {
    const { filter: _, ...others } = route.query
    router.replace({ query: text === '' ? others : { ...others, filter: text } })
  })
  watch(offsets, () =>
    window.history.replaceState({ ...window.history.state, offsets: [...offsets.value] }, ''),
  )
}

export const EntityList = defineComponent(
  (props: ListProps) => {
    const session = useSession()
    const route = useRoute()
    const schema = ref<Schema>()
    const isOpen = () => session.facts.value?.isReadOnly !== true
    const toDelete = ref<Entity>()
    const tag = computed(() => (typeof route.query['tag'] === 'string' ? route.query['tag'] : undefined))
    // Back and a reload restore the list of a page; a list below an entity starts at its beginning.
    const isKept = props.level === 1
    const listing = createListing(props.kind, props.collection, tag, isKept ? keptIn(route.query) : {})
    const { shown: list, problem, filter, load } = listing
    if (isKept) keepListing(listing)
    const learn = async () => {
      try {
        schema.value = await session.schemas.of(props.kind.schema)
      } catch (error) {
        problem.value = (error as Error).message
      }
    }
    const loadAll = async () => {
      await learn()
      await load()
    }
    learn()
    useRefresh(loadAll)

    const table = (items: readonly Entity[]) => (
      <EntityTable
        kind={props.kind}
        items={items}
        columns={columnsOf(props, schema.value)}
        collection={props.collection}
        title={props.title}
        onDelete={(entity: Entity) => {
          toDelete.value = entity
        }}
        onChanged={load}
      />
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
          {problem.value && <LoadProblem problem={problem.value} load={loadAll} />}
          {list.value && !isBare && !isShort && <Filters list={props} listing={listing} tag={tag.value} />}
          {list.value === undefined && problem.value === '' && <Loading what={inSentence(props.kind.many)} />}
          {list.value &&
            schema.value &&
            (list.value.items.length === 0 ? (
              <EmptyList list={props} listing={listing} tag={tag.value} isOpen={isOpen()} />
            ) : (
              table(list.value.items)
            ))}
          {list.value && filter.value === '' && pagesOf(props.kind, listing, list.value.offset)}
          {dialogOf(props.collection, props.kind, toDelete, load)}
        </section>
      )
    }
  },
  { props: ['kind', 'collection', 'newPage', 'without', 'level', 'title', 'isSmall'] },
)

const columnsOf = ({ kind, without }: ListProps, schema: Schema | undefined) =>
  kind.columns.flatMap(name => {
    const field = schema?.fields.find(one => one.name === name)?.field
    const isThere = name === 'snis' || name === 'id' || field !== undefined
    return isThere && name !== without ? [{ name, field }] : []
  })

const dialogOf = (collection: string, kind: Kind, toDelete: Ref<Entity | undefined>, load: () => void) =>
  toDelete.value && (
    <DeleteDialog
      kind={kind}
      entity={toDelete.value}
      path={`${collection}/${toDelete.value.id}`}
      onDone={() => {
        toDelete.value = undefined
        load()
      }}
      onCancel={() => {
        toDelete.value = undefined
      }}
    />
  )

const EmptyList = defineComponent(
  (props: {
    readonly list: ListProps
    readonly listing: Listing
    readonly tag: string | undefined
    readonly isOpen: boolean
  }) => {
    const router = useRouter()
    const { filter } = props.listing
    return () => {
      if (filter.value !== '' || props.tag !== undefined) {
        return (
          <p class="empty">
            None of the {props.list.kind.many.toLowerCase()} matches.{' '}
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
      if (props.list.isSmall) return <p class="none">None yet.</p>
      return (
        <div class="empty">
          <p>
            <strong>No {props.list.kind.many.toLowerCase()} yet.</strong> {props.list.kind.about}
          </p>
          {props.isOpen && (
            <RouterLink to={props.list.newPage} role="button">
              New {props.list.kind.one}
            </RouterLink>
          )}
        </div>
      )
    }
  },
  { props: ['list', 'listing', 'tag', 'isOpen'] },
)

const Filters = defineComponent(
  (props: { readonly list: ListProps; readonly listing: Listing; readonly tag: string | undefined }) => {
    const router = useRouter()
    const { filter, shown: list } = props.listing
    return () => (
      <div class="filters" role={props.list.isSmall ? undefined : 'search'}>
        <label class="visually-hidden" for={`filter-${props.list.kind.schema}`}>
          Filter by name, ID or tag
        </label>
        <input
          id={`filter-${props.list.kind.schema}`}
          type="search"
          placeholder="Filter by name, ID or tag"
          value={filter.value}
          onInput={event => {
            filter.value = (event.target as HTMLInputElement).value
          }}
        />
        {props.tag !== undefined && (
          <span class="chip">
            tag: {props.tag}{' '}
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
  },
  { props: ['list', 'listing', 'tag'] },
)

const pagesOf = ({ many }: Kind, { offsets, go }: Listing, next: string | undefined) =>
  (next !== undefined || offsets.value.length > 1) && (
    <nav class="pages" aria-label={`Pages of ${many}`}>
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
