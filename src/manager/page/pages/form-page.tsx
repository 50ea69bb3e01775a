/** The form of an entity, new or to be edited, drawn from the gateway's schema. What is typed stays until Kong has taken it. */
import { computed, defineComponent, nextTick, ref, watch } from 'vue'
import { RouterLink, useRoute, useRouter } from 'vue-router'
import { ApiError, admin, type Entity, findEntity } from '../api.ts'
import { type FormContext, idOf } from '../form/editor.ts'
import { errorsByField, type FieldErrors, isWrongBelow, noErrors } from '../form/errors.ts'
import { Fields } from '../form/field.tsx'
import { changedValues, entityValues, type FormValues, isAutomatic, startValues } from '../form/values.ts'
import { kindBySchema } from '../kinds.ts'
import { type Place, pageOf, placeOf } from '../place.ts'
import type { NamedField, Schema } from '../schema.ts'
import { nameIn, useSession } from '../session.ts'
import { inSentence, labelOf } from '../words.ts'
import { Catalogue } from './catalogue.tsx'
import { NotFound } from './not-found.tsx'

export const FormPage = defineComponent(() => {
  const route = useRoute()
  const place = computed(() => placeOf(route.params))
  return () => {
    if (place.value === undefined) return <NotFound />
    const { kind, id } = place.value
    // What a plugin may be configured with depends on which it is.
    const isOpen = kind.schema === 'plugins' && id === undefined && typeof route.query['name'] !== 'string'
    return isOpen ? (
      <Catalogue />
    ) : (
      <EntityForm key={route.fullPath} place={place.value} query={route.query as Query} />
    )
  }
})

type Query = Readonly<Record<string, string>>

/** `?service=<id>&name=key-auth`: values that a new entity begins with. */
function given(fields: readonly NamedField[], query: Query): FormValues {
  const entries = fields.flatMap(({ name, field }) => {
    const value = query[name]
    if (value === undefined) return []
    return [[name, field.type === 'foreign' ? { id: value } : value] as const]
  })
  return Object.fromEntries(entries)
}

const EntityForm = defineComponent(
  (props: { readonly place: Place; readonly query: Query }) => {
    const session = useSession()
    const router = useRouter()
    const { kind, owner, id } = props.place
    const schema = ref<Schema>()
    const before = ref<FormValues>({})
    const values = ref<FormValues>({})
    const entity = ref<Entity>()
    const errors = ref<FieldErrors>(noErrors)
    const problem = ref('')
    const isBusy = ref(false)
    const isMissing = ref(false)
    const summary = ref<HTMLElement>()

    async function load(): Promise<void> {
      try {
        if (props.place.entity !== undefined) {
          entity.value = await findEntity(props.place.entity)
          if (entity.value === undefined) {
            isMissing.value = true
            return
          }
        }
        await adopt(entity.value ?? props.query)
      } catch (error) {
        problem.value = (error as Error).message
      }
    }

    /** @param said what decides on the schema */
    async function adopt(said: Readonly<Record<string, unknown>>): Promise<void> {
      const found = await session.schemas.ofEntity(kind, said)
      const start =
        entity.value === undefined ? startValues(found.fields) : entityValues(found.fields, entity.value)
      const own = entity.value === undefined ? given(found.fields, props.query) : {}
      before.value = start
      // What was typed before the schema changed stays.
      const typed = schema.value === undefined ? {} : typedIn(schema.value.fields)
      values.value = { ...start, ...own, ...typed }
      schema.value = found
    }

    const typedIn = (fields: readonly NamedField[]): FormValues =>
      Object.fromEntries(
        fields.filter(({ name }) => name !== 'config').map(({ name }) => [name, values.value[name]] as const),
      )

    const decider = kind.config?.by
    watch(
      () => (decider === undefined ? undefined : values.value[decider]),
      (now, last) => {
        if (schema.value !== undefined && last !== undefined && now !== last) adopt({ [decider ?? '']: now })
      },
    )
    load()

    const ownerField = computed(
      () =>
        schema.value?.fields.find(({ field }) => owner !== undefined && field.reference === owner.kind.schema)
          ?.name,
    )
    const fields = computed(() =>
      (schema.value?.fields ?? []).filter(
        ({ name, field }) =>
          !isAutomatic(name, field) &&
          name !== ownerField.value &&
          !(kind.schema === 'plugins' && name === 'name'),
      ),
    )

    async function submit(event: Event): Promise<void> {
      event.preventDefault()
      isBusy.value = true
      try {
        const body = changedValues(schema.value?.fields ?? [], before.value, values.value)
        const { collection, entity: path } = props.place
        const saved = (await (path === undefined
          ? admin.send('POST', collection, body)
          : admin.send('PATCH', path, body))) as Entity
        session.forgetNames(kind.schema)
        const name = kind.secret?.includes(kind.key) ? '' : ` ${nameIn(kind, saved)}`
        session.tell(`${kind.one}${name} is ${id === undefined ? 'created' : 'updated'}.`)
        await router.push(id === undefined ? afterCreate() : pageOf(kind, id, collection))
      } catch (error) {
        problem.value = (error as Error).message
        errors.value = error instanceof ApiError ? errorsByField(error) : noErrors
        await nextTick()
        summary.value?.focus()
      } finally {
        isBusy.value = false
      }
    }

    /** To the list it was begun from: that of its owner, where it was. */
    function afterCreate(): string {
      if (kind.schema !== 'plugins') return props.place.listPage
      const scope = fields.value.find(
        ({ name, field }) => field.type === 'foreign' && props.query[name] !== undefined,
      )
      const of = kindBySchema(scope?.field.reference ?? '')
      return of === undefined ? props.place.listPage : `/${of.path}/${props.query[scope?.name ?? '']}/plugins`
    }

    const context = (): FormContext => ({ kind, errors: errors.value, isNew: id === undefined })
    const section = (some: readonly NamedField[]) => (
      <Fields
        fields={some}
        values={values.value}
        checks={schema.value?.checks ?? []}
        path=""
        form={context()}
        onChange={(next: FormValues) => {
          values.value = next
        }}
      />
    )

    const folded = (title: string, some: readonly NamedField[]) =>
      some.length > 0 && (
        <details key={title} class="group" open={some.some(({ name }) => isWrongBelow(errors.value, name))}>
          <summary>{title}</summary>
          <div class="fields">{section(some)}</div>
        </details>
      )

    const body = () => {
      const named = (names: readonly string[]) =>
        names.flatMap(name => fields.value.filter(one => one.name === name))
      const placed = new Set([...kind.first, ...(kind.groups ?? []).flatMap(group => group.fields)])
      return (
        <>
          <div class="fields">{section(named(kind.first))}</div>
          {kind.groups?.map(group => folded(group.title, named(group.fields)))}
          {folded(
            'Advanced',
            fields.value.filter(({ name }) => !placed.has(name)),
          )}
        </>
      )
    }

    const title = () => {
      if (id === undefined)
        return `New ${kind.one}${kind.schema === 'plugins' ? `: ${props.query['name']}` : ''}`
      return `Edit ${inSentence(kind.one)}${entity.value && !kind.secret?.includes(kind.key) ? ` ${nameIn(kind, entity.value)}` : ''}`
    }

    const told = () => (
      <div ref={summary} class="problem" role="alert" tabindex={-1}>
        <p>{problem.value}</p>
        {errors.value.size > 0 && (
          <ul>
            {[...errors.value].map(([path, text]) => (
              <li key={path}>
                {path === '' ? (
                  text
                ) : (
                  <a
                    href={`#${idOf(path)}`}
                    onClick={event => {
                      event.preventDefault()
                      document.getElementById(idOf(path))?.focus()
                    }}
                  >
                    {path.split('.').map(labelOf).join(' › ')}
                  </a>
                )}
                {path !== '' && `: ${text}`}
              </li>
            ))}
          </ul>
        )}
      </div>
    )

    return () => {
      if (isMissing.value) return <NotFound />
      const back = id === undefined ? props.place.listPage : pageOf(kind, id, props.place.collection)
      return (
        <section class="form-page">
          <h1>{title()}</h1>
          {problem.value && told()}
          {schema.value && (
            <form novalidate onSubmit={submit}>
              {body()}
              <footer class="form-actions">
                <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
                  {id === undefined ? 'Create' : 'Update'}
                </button>
                <RouterLink to={back} role="button" class="secondary">
                  Cancel
                </RouterLink>
              </footer>
            </form>
          )}
        </section>
      )
    }
  },
  { props: ['place', 'query'] },
)
