/** Adds to a server's schema what Kong cannot print of it, from our own schema. */
import type { EntityCheck, Field, Fields, Shorthand } from './define.ts'

/** What Kong has in code: the rules of a field, the replacements of old names, and which values are secret. */
const words = ['format', 'check', 'gives', 'expand', 'implies', 'secret'] as const

/** @param ours the fields of the same name at the same version */
export function withOwnWords(served: Fields, ours: Fields): Fields {
  return Object.fromEntries(
    Object.entries(served).map(([name, field]) => {
      const own = Object.hasOwn(ours, name) ? ours[name] : undefined
      return [name, own === undefined ? field : withWords(field, own)]
    }),
  )
}

function withWords(served: Field, ours: Field): Field {
  const { fields, elements, keys, values, shorthand_fields } = served
  const checks = withOwnChecks(served.entity_checks, ours.entity_checks)
  return {
    ...served,
    ...Object.fromEntries(words.filter(word => word in ours).map(word => [word, (ours as Shorthand)[word]])),
    ...(fields && ours.fields && { fields: withOwnWords(fields, ours.fields) }),
    ...(elements && ours.elements && { elements: withWords(elements, ours.elements) }),
    ...(keys && ours.keys && { keys: withWords(keys, ours.keys) }),
    ...(values && ours.values && { values: withWords(values, ours.values) }),
    ...(shorthand_fields &&
      ours.shorthand_fields && { shorthand_fields: withOwnWords(shorthand_fields, ours.shorthand_fields) }),
    ...(checks && { entity_checks: checks }),
  }
}

/** The server's rules across fields, and of ours those that it does not print, or not as more than a name. */
export function withOwnChecks(
  served: readonly EntityCheck[] | undefined,
  ours: readonly EntityCheck[] | undefined,
): readonly EntityCheck[] | undefined {
  if (served === undefined || ours === undefined) return served ?? ours
  const hasCode = ({ custom_entity_check, at_least_one_when, hidden }: EntityCheck): boolean =>
    custom_entity_check !== undefined || at_least_one_when !== undefined || hidden === true
  return [...served.filter(check => check.custom_entity_check === undefined), ...ours.filter(hasCode)]
}
