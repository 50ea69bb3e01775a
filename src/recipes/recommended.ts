/**
 * The recipe of `file lint --recommended`: one state file → what the recommended rules find, without what
 * comments switch off.
 */
import { everyKind } from '../entities/enterprise.ts'
import { type RouterFlavor, stockFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas } from '../entities/language/schemas.ts'
import { StateFileError } from '../errors.ts'
import { loadStateFile } from '../file/load.ts'
import { namesFrom } from '../plan/diff.ts'
import type { RuleFinding } from '../recommended/recommended.ts'
import type { Rule } from '../recommended/rule.ts'
import { entitySets } from './entity-sets.ts'

export interface RecommendedOptions {
  readonly version: Version
  readonly flavor?: RouterFlavor
  readonly isOn: (rule: Rule) => boolean
}

/**
 * Variables are not filled in, so that a pipeline needs no secrets to lint a file.
 *
 * @param path `-` for standard input
 * @param text of the file
 * @throws StateFileError for a file that cannot be read as a state file
 */
export async function lintRecommended(
  path: string,
  text: string,
  { version, flavor = stockFlavor, isOn }: RecommendedOptions,
): Promise<RuleFinding[]> {
  const { pluginSchemasAt } = await import('../entities/plugin-registry.ts')
  const loaded = await loadStateFile([path], {
    mode: 'mock',
    online: 'any',
    lenient: true,
    stdin: async () => text,
  })
  if (loaded.file === undefined) throw new StateFileError(loaded.diagnostics)
  const schemas = createSchemas(version, pluginSchemasAt(version), {
    definitions: everyKind,
    routerFlavor: flavor,
  })
  const { sets, state } = entitySets(loaded.file, schemas)
  const { recommendedFindings } = await import('../recommended/recommended.ts')
  const lines = text.split('\n')
  const nameOf = namesFrom([state], schemas)
  const found = await recommendedFindings({ sets, state, schemas, nameOf, version, flavor, lines }, isOn)
  return found.filter(one => !isIgnored(one, lines))
}

/**
 * `# deck-lint: ignore rule, other` on the line of what is found or of its entity, or on the line above;
 * without rules: all.
 */
function isIgnored({ rule, place, entityPlace }: RuleFinding, lines: readonly string[]): boolean {
  return [place, entityPlace].some(one => {
    if (one === undefined) return false
    const [above = '', own = ''] = [lines[one.line - 2], lines[one.line - 1]]
    const isComment = /^\s*#/.test(above)
    return ignores(own, rule.id) || (isComment && ignores(above, rule.id))
  })
}

function ignores(line: string, id: string): boolean {
  const [, names] = /#\s*deck-lint:\s*ignore\b[ \t]*([\w, -]*)/.exec(line) ?? []
  if (names === undefined) return false
  const listed = names.split(/[\s,]+/).filter(name => name !== '')
  return listed.length === 0 || listed.includes(id)
}
