/** All entities of a kind. */
import { defineComponent } from 'vue'
import { useRoute } from 'vue-router'
import { EntityList } from '../parts/entity-list.tsx'
import { useTitle } from '../parts/title.ts'
import { placeOf } from '../place.ts'
import { NotFound } from './not-found.tsx'

export const ListPage = defineComponent(() => {
  const route = useRoute()
  useTitle(() => placeOf(route.params)?.kind.many ?? 'No such page')
  return () => {
    const place = placeOf(route.params)
    if (place === undefined) return <NotFound />
    const { kind, collection } = place
    return (
      <EntityList
        key={kind.schema}
        kind={kind}
        collection={collection}
        newPage={`/${kind.path}/new`}
        title={kind.many}
        level={1}
      />
    )
  }
})
