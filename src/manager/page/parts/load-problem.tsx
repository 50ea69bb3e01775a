/** Why data could not be loaded, with a button that tries again. */
import { defineComponent } from 'vue'

export const LoadProblem = defineComponent(
  (props: { readonly problem: string; readonly load: () => void }) => () => (
    <p class="problem" role="alert">
      {props.problem}{' '}
      <button type="button" class="link" onClick={props.load}>
        Try again
      </button>
    </p>
  ),
  { props: ['problem', 'load'] },
)
