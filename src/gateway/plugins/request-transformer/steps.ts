/**
 * A configuration of request-transformer with compiled templates: five steps, each for headers, query and
 * body.
 */
import type { ConfigOf } from '../../../entities/language/entity-of.ts'
import type { requestTransformer } from '../../../entities/plugins/request-transformer.ts'
import { namesAndValues } from '../kit/name-value.ts'
import type { Scope } from './expression.ts'
import { compileTemplate, type Template } from './template.ts'

export type StepName = 'remove' | 'rename' | 'replace' | 'add' | 'append'
export type Part = 'headers' | 'querystring' | 'body'

export interface Item {
  readonly name: string
  /** Undefined where the configuration has no value. */
  readonly value: Template | undefined
}

export type Steps = Readonly<Record<StepName, readonly Item[]>>

export type Config = ConfigOf<typeof requestTransformer>

const names = ['remove', 'rename', 'replace', 'add', 'append'] as const

/** Undefined if the configuration does not change this part. */
export function stepsFor(config: Config, part: Part): Steps | undefined {
  const steps = Object.fromEntries(
    names.map(name => [
      name,
      namesAndValues(config[name][part]).map(item => ({
        name: item.name,
        value: item.value === undefined ? undefined : compileTemplate(item.value),
      })),
    ]),
  ) as Record<StepName, Item[]> // every step is named above
  return names.some(name => steps[name].length > 0) ? steps : undefined
}

/** An item's value for an exchange; undefined if the item has none. */
export const valueFor = ({ value }: Item, scope: Scope): string | undefined => value?.(scope)
