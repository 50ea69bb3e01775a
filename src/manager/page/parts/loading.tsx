/** What stands where something is being asked for; not before it takes so long that one would wonder. */
import { defineComponent } from 'vue'

export const Loading = defineComponent(
  (props: { readonly what: string }) => () => (
    <p class="loading" aria-busy="true">
      Loading {props.what}
    </p>
  ),
  { props: ['what'] },
)
