/** Adds to a server's schema the properties of fields that Kong cannot print, from our own schema. */
import type { Field, Fields, Shorthand } from './define.ts'

/** The replacements of old names, and secrets. Rules are left to the server. */
const words = ['gives', 'expand', 'implies', 'secret'] as const

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
  const { fields, elements, values, shorthand_fields } = served
  return {
    ...served,
    ...Object.fromEntries(words.filter(word => word in ours).map(word => [word, (ours as Shorthand)[word]])),
    ...(fields && ours.fields && { fields: withOwnWords(fields, ours.fields) }),
    ...(elements && ours.elements && { elements: withWords(elements, ours.elements) }),
    ...(values && ours.values && { values: withWords(values, ours.values) }),
    ...(shorthand_fields &&
      ours.shorthand_fields && { shorthand_fields: withOwnWords(shorthand_fields, ours.shorthand_fields) }),
  }
}
