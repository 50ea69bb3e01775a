/** A rule's message: Spectral's placeholders filled in, as texts only; without a message, decK's form. */
import type { StoredFinding } from './prepared-rules.ts'

interface Rule {
  readonly message: string | undefined
  readonly description: string | null
}

/** @param path where it was found, for `{{path}}` */
export function filledMessage(rule: Rule, stored: StoredFinding, path: readonly (string | number)[]): string {
  const description = rule.description ?? ''
  const values = { ...words(stored, path), description }
  const error = stored.isTemplate ? filled(stored.text, values) : stored.text
  if (rule.message === undefined) return `${description}: ${error}`
  return filled(rule.message, { ...values, error }).trim()
}

const words = (
  { property, value }: StoredFinding,
  path: readonly (string | number)[],
): Readonly<Record<string, string>> => ({
  property,
  path: `#/${path.map(step => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
  value: typeof value === 'object' ? '' : String(value),
})

/** Also `#{{print("property")}}`, which Spectral's own functions use. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(
    /#?\{\{\s*(?:print\("(\w+)"\)|(\w+))\s*\}\}/g,
    (whole, printed?: string, name?: string): string => {
      if (printed === 'property')
        return values['property'] === '' ? 'The document ' : `"${values['property']}" property `
      if (printed !== undefined) return JSON.stringify(values[printed] ?? '')
      return values[name ?? ''] ?? whole
    },
  )
}
