/** An entity as JSON and as a state file, to copy. */
import { defineComponent, ref } from 'vue'
import type { Entity } from '../admin-api.ts'
import { ask } from '../api.ts'
import type { Kind } from '../presentation.ts'
import { CopyButton } from './copy-button.tsx'

const Copyable = defineComponent(
  (props: { readonly title: string; readonly text: string; readonly note?: string }) => () => (
    <section class="copyable">
      <header>
        <h2>{props.title}</h2>
        <CopyButton what={props.title} text={props.text} />
      </header>
      {props.note && <p class="muted">{props.note}</p>}
      <pre role="region" tabindex={0} aria-label={props.title}>
        <code>{props.text}</code>
      </pre>
    </section>
  ),
  { props: ['title', 'text', 'note'] },
)

export const CodePanel = defineComponent(
  (props: { readonly kind: Kind; readonly entity: Entity; readonly path: string }) => {
    const file = ref('')
    const problem = ref('')
    const query = new URLSearchParams({ schema: props.kind.schema, path: props.path })
    ask('GET', `/state-file?${query}`).then(
      text => {
        file.value = String(text)
      },
      (error: Error) => {
        problem.value = error.message
      },
    )
    return () => (
      <div class="side-by-side">
        <Copyable
          title="State file"
          text={file.value || problem.value}
          note="With what it refers to and what belongs to it: a file for deck sync or apply."
        />
        <Copyable
          title="JSON"
          text={JSON.stringify(props.entity, null, 2)}
          note="As the Admin API answers it."
        />
      </div>
    )
  },
  { props: ['kind', 'entity', 'path'] },
)
