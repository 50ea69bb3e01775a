/**
 * Kong's declarative format, which gateways without a database read: lists by the names of Kong's sets, each
 * entity at the top or inside any entity that it refers to, references as names or ids. What a state file of
 * decK has otherwise, and how the two convert into each other, is in `from-dbless.ts` and `to-dbless.ts`.
 */
import { everyKind } from '../../entities/enterprise.ts'
import type { Definition } from '../../entities/language/define.ts'
import { type Referrer, referrersOf } from '../../entities/language/identity.ts'
import type { Diagnostic, Place } from '../../errors.ts'
import { problem } from '../../file/problem.ts'
import { shapeOf } from '../../file/shape.ts'
import type { Content } from '../owners.ts'

/** The kinds that may be nested in another one. */
export const childrenOf = (owner: Definition): Referrer[] => referrersOf(owner, everyKind)

/** A list of references that is a field in a state file, and a separate set in Kong's format. */
export interface LinkSet {
  /** @example plugins_partials */
  readonly set: string
  readonly definition: Definition
  readonly other: Definition
  /** Field of the definition. */
  readonly field: string
}

export const linkSets: readonly LinkSet[] = everyKind.flatMap(definition =>
  shapeOf(definition).links.flatMap(({ name, schema }) => {
    const other = everyKind.find(one => one.schema === schema)
    return other === undefined
      ? []
      : [{ set: `${definition.schema}_${schema}`, definition, other, field: name }]
  }),
)

/** The text for references to it: its name, else its id. */
export function referenceNameOf(definition: Definition, values: Content): string | undefined {
  const name = definition.endpointKey
  const text = name !== undefined && definition.fields[name]?.unique === true ? values[name] : undefined
  return [text, values['id']].find(value => typeof value === 'string') as string | undefined
}

/** A problem of content that one of the two formats cannot express. */
export const notConvertible = (
  message: string,
  where: Place | undefined,
  extra: { readonly severity?: Diagnostic['severity']; readonly hint?: string } = {},
): Diagnostic => problem('not-convertible', message, where, extra)
