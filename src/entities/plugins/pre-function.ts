/** Lua code that is run in the phases of an exchange; post-function is the same with another priority. */
import type { Fields } from '../language/define.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { loadsAs } from './fields/custom-checks.ts'
import { anyProtocol, noConsumer } from './fields/typedefs.ts'

const phases = ['certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'] as const

const configOf = (name: string) => {
  const code = {
    type: 'array',
    required: true,
    default: [],
    description:
      'Custom functions, which can be user-defined, are cached and executed sequentially during specific phases: `certificate`, `rewrite`, `access`, `header_filter`, `body_filter`, and `log`.',
    elements: { type: 'string', required: false, check: loadsAs(name) },
  } as const
  const byPhase: Fields = Object.fromEntries(phases.map(phase => [phase, code]))
  return { functions: { ...code, until: '3.0', renamed_to: 'access' }, ...byPhase } satisfies Fields
}

const inConfig = (names: readonly string[]): string[] => names.map(name => `config.${name}`)

export const functionPlugin = (name: string, priority: number): PluginDefinition => ({
  name,
  priority,
  fields: {
    consumer: noConsumer,
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: configOf(name),
  entity_checks: [
    { mutually_exclusive_sets: { set1: ['config.functions'], set2: ['config.access'] }, until: '3.0' },
    { at_least_one_of: inConfig(['functions', ...phases]), until: '3.0' },
    { at_least_one_of: inConfig(phases), since: '3.0' },
  ],
})

export const preFunction = functionPlugin('pre-function', 1000000)
