/**
 * A state file held against the gateway, and made true there: what `deck diff` and `deck sync` do, with the
 * same code.
 */
import { defineComponent } from 'vue'
import { Dialog } from '../parts/dialog.tsx'
import { RecordedRuns, undoOf } from '../parts/recorded-runs.tsx'
import { planOf, problemsOf, type Report } from '../parts/report.tsx'
import { createStateFile, type StateFileDraft } from '../parts/state-file.ts'
import { useTitle } from '../parts/title.ts'

export const Compare = defineComponent(() => {
  useTitle(() => 'State file')
  const draft = createStateFile()
  const { report, problem, goTo, isCurrent, isRefused, isDone, isAsking } = draft
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
      {editorOf(draft)}
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
          syncButton(report.value, draft),
        )}
      {report.value && isDone.value && report.value.summary.total > 0 && undoOf(report.value.undo)}
      <RecordedRuns />
      {isAsking.value && report.value && questionOf(report.value, draft)}
    </section>
  )
})

const editorOf = ({ text, name, area, isOver, isBusy, run, take }: StateFileDraft) => (
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

const syncButton = (
  { summary }: Report,
  { isDone, isCurrent, isRefused, isBusy, isAsking }: StateFileDraft,
) =>
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

const questionOf = ({ summary }: Report, { isAsking, run }: StateFileDraft) => (
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
