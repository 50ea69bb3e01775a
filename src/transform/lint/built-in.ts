/** Rulesets that are extended by name. */
import { arazzo, asyncapi } from '@stoplight/spectral-rulesets'
import { openApiRuleset } from './openapi-ruleset.ts'

type Ruleset = Readonly<Record<string, unknown>>

/** `vacuum:` is the name of decK's engine. */
export const builtInRulesets: ReadonlyMap<string, Ruleset> = new Map<string, Ruleset>([
  ['spectral:oas', openApiRuleset],
  ['vacuum:oas', openApiRuleset],
  ['spectral:asyncapi', asyncapi as unknown as Ruleset],
  ['spectral:arazzo', arazzo as unknown as Ruleset],
])
