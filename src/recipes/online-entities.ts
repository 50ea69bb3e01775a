/** The words of `--online-entities-list` (decK's), and the sets of Kong's that they mean. */
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { nearest } from '../entities/text/did-you-mean.ts'
import { UsageError } from '../errors.ts'

const schemas: ReadonlyMap<string, string> = new Map([
  ...everyKind.flatMap(({ onlineName, schema }) =>
    onlineName === undefined ? [] : [[onlineName, schema] as const],
  ),
  // A word of decK's for what only old versions of Kong Enterprise had.
  ['Documents', 'documents'],
])

export const onlineNames: readonly string[] = [...schemas.keys()].sort()

/**
 * Whether a set is sent to the gateway by default: decK leaves out kinds of Kong Enterprise that it has no
 * name for.
 */
export const isAskedByDefault = ({ schema, enterprise }: Definition): boolean =>
  enterprise !== true || [...schemas.values()].includes(schema)

/** @returns the sets, or undefined for all. @throws UsageError for an unknown word */
export function onlineSchemas(words: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(words) || words.length === 0) return undefined
  return new Set(
    words.map(word => {
      const schema = schemas.get(String(word))
      if (schema !== undefined) return schema
      const [near] = nearest(String(word), onlineNames)
      throw new UsageError(
        `invalid value '${word}' for --online-entities-list; it should be a valid Kong entity (case-sensitive). Valid entities: [${onlineNames.join(' ')}]`,
        near === undefined ? {} : { hint: `did you mean ${near}?` },
      )
    }),
  )
}
