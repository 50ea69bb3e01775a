/**
 * A state file held against the gateway, and made true there: what `deck diff` and `deck sync` do, with the
 * same code.
 */
import { computed, defineComponent, ref } from 'vue'
import { ask } from '../api.ts'
import { Dialog } from '../parts/dialog.tsx'
import { planOf, problemsOf, type Report } from '../parts/report.tsx'
import { useTitle } from '../parts/title.ts'
import { useSession } from '../session.ts'

export const Compare = defineComponent(() => {
  useTitle(() => 'State file')
  const session = useSession()
  const text = session.stateFile
  const name = ref('')
  const report = ref<Report>()
  /** What the report is about. */
  const compared = ref('')
  const isDone = ref(false)
  const isBusy = ref(false)
  const isAsking = ref(false)
  const isOver = ref(false)
  const problem = ref('')
  const area = ref<HTMLTextAreaElement>()
  const isCurrent = computed(() => compared.value === text.value)
  const isRefused = computed(() => (report.value?.errors.length ?? 0) > 0)

  async function run(path: '/compare' | '/sync'): Promise<void> {
    isAsking.value = false
    isBusy.value = true
    problem.value = ''
    try {
      report.value = (await ask('POST', path, { text: text.value })) as Report
      compared.value = text.value
      isDone.value = path === '/sync'
      if (isDone.value && !isRefused.value) session.tell('The gateway is as the file says.')
      if (isDone.value) for (const { schema } of session.kinds.all.value) session.forgetNames(schema)
    } catch (error) {
      problem.value = (error as Error).message
    } finally {
      isBusy.value = false
    }
  }

  async function take(file: File | undefined): Promise<void> {
    isOver.value = false
    if (file === undefined) return
    text.value = await file.text()
    name.value = file.name
    await run('/compare')
  }

  const goTo = (line: number) => {
    const lines = text.value.split('\n')
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    area.value?.focus()
    area.value?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0))
    if (area.value) area.value.scrollTop = (line - 4) * (area.value.scrollHeight / Math.max(1, lines.length))
  }

  const editor = () => (
    <div
      class={['drop', isOver.value && 'over']}
      onDragover={(event: DragEvent) => {
        event.preventDefault()
        isOver.value = true
      }}
      onDragleave={() => {
        isOver.value = false
      }}
      onDrop={(event: DragEvent) => {
        event.preventDefault()
        take(event.dataTransfer?.files[0])
      }}
    >
      <label for="state-file">State file</label>
      <textarea
        ref={area}
        id="state-file"
        class="code"
        rows={13}
        spellcheck={false}
        placeholder={
          'Paste a state file, or drop one here\n\n_format_version: "3.0"\nservices:\n- name: example_service\n  host: example_upstream'
        }
        value={text.value}
        onInput={event => {
          text.value = (event.target as HTMLTextAreaElement).value
        }}
      />
      <div class="buttons">
        <button
          type="button"
          disabled={isBusy.value || text.value === ''}
          aria-busy={isBusy.value}
          onClick={() => run('/compare')}
        >
          Compare
        </button>
        <label class="upload">
          <span>Open a file</span>
          <input
            type="file"
            accept=".yaml,.yml,.json"
            onChange={event => take((event.target as HTMLInputElement).files?.[0])}
          />
        </label>
        <span class="muted">{name.value}</span>
      </div>
    </div>
  )

  const syncButton = ({ summary }: Report) =>
    !isDone.value &&
    summary.total > 0 && (
      <button
        type="button"
        disabled={!isCurrent.value || isRefused.value || isBusy.value}
        onClick={() => {
          isAsking.value = true
        }}
      >
        Sync
      </button>
    )

  const question = ({ summary }: Report) => (
    <Dialog
      title="Sync this file?"
      onClose={() => {
        isAsking.value = false
      }}
    >
      {{
        default: () => (
          <p>
            The gateway becomes what the file says: {summary.creating} created, {summary.updating} updated,{' '}
            {summary.deleting} deleted.
          </p>
        ),
        actions: () => (
          <>
            <button
              type="button"
              class="secondary"
              onClick={() => {
                isAsking.value = false
              }}
            >
              Cancel
            </button>
            <button type="button" class={summary.deleting > 0 && 'danger'} onClick={() => run('/sync')}>
              Sync
            </button>
          </>
        ),
      }}
    </Dialog>
  )

  return () => (
    <section class="compare">
      <header>
        <h1>State file</h1>
        <div class="buttons">
          <a href="/api/export?format=yaml" role="button" class="secondary" download="kong.yaml">
            Export
          </a>
          <a href="/api/export?format=json" role="button" class="secondary" download="kong.json">
            Export as JSON
          </a>
        </div>
      </header>
      <p class="muted">
        Export writes what this gateway has, as <code>deck dump</code> does. Compare shows what a file would
        change, as <code>deck diff --compact</code> does; Sync changes it.
      </p>
      {editor()}
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {report.value && problemsOf(report.value, goTo)}
      {report.value && !isCurrent.value && <p class="muted">The file was changed since: compare again.</p>}
      {report.value &&
        (!isRefused.value || report.value.summary.total > 0) &&
        planOf(
          report.value,
          isDone.value ? 'What was done' : 'What a sync would do',
          syncButton(report.value),
        )}
      {isAsking.value && report.value && question(report.value)}
    </section>
  )
})
