/** A step while the plan is made. */
import type { Change } from './diff.ts'
import type { Step } from './plan.ts'

export interface Draft {
  readonly change: Change
  readonly action: Step['action']
  readonly needs: Set<Draft>
  late: boolean
  readonly cascadesFrom: Set<Draft>
  temporary?: Record<string, string>
}

export const newDraft = (change: Change, action: Step['action']): Draft => ({
  change,
  action,
  needs: new Set(),
  late: false,
  cascadesFrom: new Set(),
})
