/** All entities of a kind. */
import { defineComponent } from 'vue'
import { useRoute } from 'vue-router'
import { EntityList } from '../parts/entity-list.tsx'
import { useTitle } from '../parts/title.ts'
import { placeOf } from '../place.ts'
import { useSession } from '../session.ts'
import { UnknownPlace } from './not-found.tsx'

export const ListPage = defineComponent(() => {
  const route = useRoute()
  const { kinds } = useSession()
  useTitle(() => placeOf(route.params, kinds)?.kind.many ?? 'No such page')
  return () => {
    const place = placeOf(route.params, kinds)
    if (place === undefined) return <UnknownPlace />
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
