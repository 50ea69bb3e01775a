/** The properties of a field's editor, whatever the field's type. */
import type { Kind } from '../presentation.ts'
import type { Field } from '../schema.ts'
import type { Scope } from './conditions.ts'
import type { FieldErrors } from './errors.ts'

/** Properties of every editor. */
export interface EditorProps {
  readonly field: Field
  /** Its place in the entity: `healthchecks.active.type`. */
  readonly path: string
  readonly label: string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly form: FormContext
  /** Ids of what describes it: help, unit, error. */
  readonly describedBy?: string | undefined
  readonly isWrong?: boolean
  readonly isRequired?: boolean
  /** The action of Enter in a line that is not empty; absent: it submits the form. */
  readonly onEnter?: () => void
}

export interface FormContext {
  readonly kind: Kind
  readonly errors: FieldErrors
  /** The values that fields depend on: the entity's first, then those of the enclosing records. */
  readonly scopes: readonly Scope[]
  /** Lookups of names that saving waits for. */
  readonly pending: Set<Promise<void>>
}

export const editorProps = [
  'field',
  'path',
  'label',
  'value',
  'onChange',
  'form',
  'describedBy',
  'isWrong',
  'isRequired',
  'onEnter',
] as const

export const idOf = (path: string): string => `field-${path.replace(/[^\w-]/g, '-')}`

/** The field itself, or what is around it. */
export function focusOnField(path: string): void {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const element = document.getElementById(idOf(parts.slice(0, length).join('.')))
    if (element === null) continue
    element.focus()
    return
  }
}

/** Kong distinguishes "not set" from false. */
export const isTristate = (field: Field): boolean =>
  field.required !== true && (field.default === undefined || field.default === null)
