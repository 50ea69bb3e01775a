/**
 * The form of an entity, drawn from the gateway's schema: what comes first, then what belongs together, then
 * the rest, folded.
 */
import { defineComponent, nextTick, type Ref, ref } from 'vue'
import { RouterLink } from 'vue-router'
import type { Entity } from '../admin-api.ts'
import { labelOf } from '../labels.ts'
import { Loading } from '../parts/loading.tsx'
import type { Kind } from '../presentation.ts'
import type { NamedField } from '../schema.ts'
import type { Draft } from './draft.ts'
import { type FormContext, focusOnField } from './editor.ts'
import { type FieldErrors, isWrongBelow } from './errors.ts'
import { Fields, fieldsShown } from './field.tsx'
import type { FormValues } from './values.ts'

export const EntityForm = defineComponent(
  (props: {
    readonly kind: Kind
    readonly draft: Draft
    readonly title: string
    /** The label of the submit button. */
    readonly action: string
    /** Where Cancel leads. */
    readonly back: string
    readonly onSaved: (entity: Entity) => void
  }) => {
    const { kind, draft } = props
    const { schema, fields, values, errors, problem, isBusy } = draft
    const summary = ref<HTMLElement>()
    const pending = new Set<Promise<void>>()

    async function submit(event: Event): Promise<void> {
      event.preventDefault()
      await Promise.all(pending)
      pending.clear()
      const saved = await draft.save()
      if (saved !== undefined) return props.onSaved(saved)
      await nextTick()
      summary.value?.focus()
    }

    const context = (): FormContext => ({
      kind,
      pending,
      errors: errors.value,
      scopes: [{ path: '', values: values.value, checks: schema.value?.checks ?? [] }],
    })
    const section = (some: readonly NamedField[]) => (
      <Fields
        fields={some}
        values={values.value}
        path=""
        form={context()}
        onChange={(next: FormValues) => {
          values.value = next
        }}
      />
    )
    const folded = (title: string, some: readonly NamedField[]) =>
      fieldsShown(some, values.value, '', context()).length > 0 && (
        <details key={title} class="group" open={some.some(({ name }) => isWrongBelow(errors.value, name))}>
          <summary>{title}</summary>
          <div class="fields">{section(some)}</div>
        </details>
      )
    const body = () => {
      const named = (names: readonly string[]) =>
        names.flatMap(name => fields.value.filter(one => one.name === name))
      const placed = new Set([...kind.first, ...(kind.groups ?? []).flatMap(group => group.fields)])
      return (
        <>
          <div class="fields">{section(named(kind.first))}</div>
          {kind.groups?.map(group => folded(group.title, named(group.fields)))}
          {folded(
            'Advanced',
            fields.value.filter(({ name }) => !placed.has(name)),
          )}
        </>
      )
    }

    return () => (
      <section class="form-page">
        <header>
          <h1>{props.title}</h1>
        </header>
        {problem.value && problemBox(summary, problem.value, errors.value)}
        {schema.value === undefined && problem.value !== '' && (
          <button type="button" class="secondary" onClick={draft.load}>
            Try again
          </button>
        )}
        {schema.value === undefined && problem.value === '' && <Loading what="the form" />}
        {schema.value && (
          <form novalidate onSubmit={submit}>
            {body()}
            <footer class="form-actions">
              <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
                {props.action}
              </button>
              <RouterLink to={props.back} role="button" class="secondary">
                Cancel
              </RouterLink>
            </footer>
          </form>
        )}
      </section>
    )
  },
  { props: ['kind', 'draft', 'title', 'action', 'back', 'onSaved'] },
)

const problemBox = (summary: Ref<HTMLElement | undefined>, problem: string, errors: FieldErrors) => (
  <div ref={summary} class="problem" role="alert" tabindex={-1}>
    <p>{problem}</p>
    {errors.size > 0 && (
      <ul>
        {[...errors].map(([path, text]) => (
          <li key={path}>
            {path === '' ? (
              text
            ) : (
              <a
                href={`#${path}`}
                onClick={event => {
                  event.preventDefault()
                  focusOnField(path)
                }}
              >
                {path.split('.').map(labelOf).join(' › ')}
              </a>
            )}
            {path !== '' && `: ${text}`}
          </li>
        ))}
      </ul>
    )}
  </div>
)
