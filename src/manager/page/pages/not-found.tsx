import { defineComponent } from 'vue'
import { RouterLink } from 'vue-router'
import { Loading } from '../parts/loading.tsx'
import { useTitle } from '../parts/title.ts'
import { useSession } from '../session.ts'

/** Where an address names no kind: which kinds the gateway has may still be unknown. */
export const UnknownPlace = defineComponent(() => {
  const { kinds } = useSession()
  return () => (kinds.isComplete.value ? <NotFound /> : <Loading what="the page" />)
})

/** For unknown addresses. */
export const NotFound = defineComponent(() => {
  useTitle(() => 'No such page')
  return () => (
    <section class="empty">
      <h1>There is no such page</h1>
      <p>
        It may have been deleted. <RouterLink to="/">To the overview</RouterLink>
      </p>
    </section>
  )
})
