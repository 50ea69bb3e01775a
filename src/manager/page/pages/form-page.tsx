/**
 * A new entity, or one to be edited. What is typed stays until Kong has taken it, and is not left without a
 * question.
 */

import { computed, defineComponent } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { createDraft, type Query } from '../form/draft.ts'
import { EntityForm } from '../form/entity-form.tsx'
import { inSentence } from '../labels.ts'
import { useLeaveQuestion } from '../parts/leaving.tsx'
import { useTitle } from '../parts/title.ts'
import { type Place, pageOf, placeOf } from '../place.ts'
import { nameIn, useSession } from '../session.ts'
import { Catalogue } from './catalogue.tsx'
import { NotFound, UnknownPlace } from './not-found.tsx'

export const FormPage = defineComponent(() => {
  const route = useRoute()
  const { kinds } = useSession()
  const place = computed(() => placeOf(route.params, kinds))
  return () => {
    if (place.value === undefined) return <UnknownPlace />
    const { kind, id } = place.value
    // A plugin's fields depend on its name.
    const isOpen = kind.schema === 'plugins' && id === undefined && typeof route.query['name'] !== 'string'
    return isOpen ? (
      <Catalogue />
    ) : (
      <Editing key={route.fullPath} place={place.value} query={route.query as Query} />
    )
  }
})

const Editing = defineComponent(
  (props: { readonly place: Place; readonly query: Query }) => {
    const session = useSession()
    const router = useRouter()
    const { place, query } = props
    const { kind, id } = place
    const isSecret = kind.secret?.includes(kind.key) === true
    const draft = createDraft(place, query)
    const question = useLeaveQuestion(draft.isChanged)
    draft.load()

    const title = () => {
      if (id === undefined) return `New ${kind.one}${kind.schema === 'plugins' ? `: ${query['name']}` : ''}`
      const name = draft.entity.value === undefined || isSecret ? '' : ` ${nameIn(kind, draft.entity.value)}`
      return `Edit ${inSentence(kind.one)}${name}`
    }
    useTitle(title)

    async function onSaved(saved: Entity): Promise<void> {
      session.forgetNames(kind.schema)
      const name = isSecret ? '' : ` ${nameIn(kind, saved)}`
      session.tell(`${kind.one}${name} is ${id === undefined ? 'created' : 'updated'}.`)
      await router.push(id === undefined ? afterCreate() : pageOf(kind, id, place.collection))
    }

    /** To the list it was begun from: that of its owner, where it was. */
    function afterCreate(): string {
      if (kind.schema !== 'plugins') return place.listPage
      const scope = draft.fields.value.find(
        ({ name, field }) => field.type === 'foreign' && query[name] !== undefined,
      )
      const of = session.kinds.bySchema(scope?.field.reference ?? '')
      return of === undefined ? place.listPage : `/${of.path}/${query[scope?.name ?? '']}/plugins`
    }

    return () =>
      draft.isMissing.value ? (
        <NotFound />
      ) : (
        <>
          <EntityForm
            kind={kind}
            draft={draft}
            title={title()}
            action={id === undefined ? 'Create' : 'Update'}
            back={id === undefined ? afterCreate() : pageOf(kind, id, place.collection)}
            onSaved={onSaved}
          />
          {question()}
        </>
      )
  },
  { props: ['place', 'query'] },
)
