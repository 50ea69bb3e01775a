import { defineComponent } from 'vue'
import { RouterLink } from 'vue-router'
import { useTitle } from '../parts/title.ts'

/** For addresses that are none. */
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
