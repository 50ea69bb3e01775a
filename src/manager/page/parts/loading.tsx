/** A placeholder while data is loading, shown only after a noticeable delay. */
import { defineComponent } from 'vue'

export const Loading = defineComponent(
  (props: { readonly what: string }) => () => (
    <p class="loading" aria-busy="true">
      Loading {props.what}
    </p>
  ),
  { props: ['what'] },
)
