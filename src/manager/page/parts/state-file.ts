/** A state file in the page: its text, and what comparing it with the gateway or syncing it reported. */
import { type ComputedRef, computed, type Ref, ref } from 'vue'
import { ask } from '../api.ts'
import { useSession } from '../session.ts'
import type { Report } from './report.tsx'

export interface StateFileDraft {
  readonly text: Ref<string>
  /** The name of an opened file. */
  readonly name: Ref<string>
  readonly area: Ref<HTMLTextAreaElement | undefined>
  readonly report: Ref<Report | undefined>
  readonly problem: Ref<string>
  /** Whether the report is about the current text. */
  readonly isCurrent: ComputedRef<boolean>
  readonly isRefused: ComputedRef<boolean>
  /** The report is of a sync. */
  readonly isDone: Ref<boolean>
  readonly isBusy: Ref<boolean>
  /** The question before a sync is open. */
  readonly isAsking: Ref<boolean>
  /** A file is dragged over the text. */
  readonly isOver: Ref<boolean>
  run(path: '/compare' | '/sync'): Promise<void>
  take(file: File | undefined): Promise<void>
  goTo(line: number): void
}

export function createStateFile(): StateFileDraft {
  const session = useSession()
  const text = session.stateFile
  const name = ref('')
  const report = ref<Report>()
  /** The text of the report. */
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
      const deletes = report.value?.summary.deleting ?? 0
      report.value = (await ask('POST', path, { text: text.value, deletes })) as Report
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

  return {
    ...{ text, name, area, report, problem, isCurrent, isRefused, isDone, isBusy, isAsking, isOver },
    ...{ run, take, goTo },
  }
}
