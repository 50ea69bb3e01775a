/** Recorded syncs of the page and of the command line, and the commands that undo them. */
import { defineComponent, ref } from 'vue'
import { ask } from '../api.ts'
import { CopyButton } from './copy-button.tsx'

interface RecordedRun {
  readonly run: string
  readonly at: string
  readonly command: string
  readonly state: string
  readonly summary: { readonly creating: number; readonly updating: number; readonly deleting: number }
  readonly undo: string
}

const Command = (props: { readonly text: string }) => (
  <span class="command">
    <code>{props.text}</code> <CopyButton what="The command" text={props.text} label="Copy" />
  </span>
)

/** Below what a sync has done. @param undo undefined: it was not recorded */
export const undoOf = (undo: string | undefined) =>
  undo === undefined ? (
    <p class="undo muted">This sync was not recorded: it cannot be rolled back.</p>
  ) : (
    <p class="undo">
      This sync is recorded. To undo it: <Command text={undo} />
    </p>
  )

export const RecordedRuns = defineComponent(() => {
  const runs = ref<readonly RecordedRun[]>()
  const problem = ref('')
  async function load(): Promise<void> {
    problem.value = ''
    try {
      runs.value = ((await ask('GET', '/history')) as { runs: readonly RecordedRun[] }).runs
    } catch (error) {
      problem.value = (error as Error).message
    }
  }
  const row = ({ run, at, command, state, summary, undo }: RecordedRun) => (
    <tr key={run}>
      <td>{new Date(at).toLocaleString()}</td>
      <td>{command}</td>
      <td>
        {summary.creating} created, {summary.updating} updated, {summary.deleting} deleted
      </td>
      <td>{state}</td>
      <td>
        <Command text={undo} />
      </td>
    </tr>
  )
  const table = (list: readonly RecordedRun[]) => (
    <table>
      <thead>
        <tr>
          {['Time', 'Command', 'Applied', 'State', 'To undo it'].map(title => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{list.map(row)}</tbody>
    </table>
  )
  return () => (
    <details
      class="recorded-runs"
      onToggle={event => {
        if ((event.target as HTMLDetailsElement).open) load()
      }}
    >
      <summary>Recorded runs</summary>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {runs.value?.length === 0 && <p class="muted">No run of this gateway is recorded here.</p>}
      {runs.value !== undefined && runs.value.length > 0 && table(runs.value)}
    </details>
  )
})
