/** bot-detection: user agents that are bots, or are denied, may not pass (behaviour: Kong 2.8.5, 3.9.1). */

import type { Version } from '../../entities/language/define.ts'
import { botDetection as schema } from '../../entities/plugins/bot-detection.ts'
import { pcreOrNever } from '../../entities/regex/or-never.ts'
import { asBytes, type Regex } from '../../entities/regex/regex.ts'
import { headersOf } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { botPatterns } from './bot-detection/patterns.ts'

/** Verdicts that are remembered; looking through all patterns takes its time. */
const remembered = 10_000

export function botDetection({ version }: Surroundings): Handler {
  let bots: readonly Regex[] | undefined
  return {
    name: schema.name,
    configure: plugin => {
      const { allow, deny } = configOf(plugin, schema)
      bots ??= botPatterns(version)
      const isBlocked = remember(judge(regexes(allow, version), [...regexes(deny, version), ...bots]))
      return {
        access: exchange => {
          const [agent, ...others] = headersOf(exchange.headers, 'user-agent')
          if (others.length > 0)
            exchange.exit({ status: 400, message: 'Only one User-Agent header allowed', from: 'plugin' })
          else if (agent !== undefined && isBlocked(agent.trim()))
            exchange.exit({ status: 403, message: 'Forbidden', from: 'plugin' })
        },
      }
    },
  }
}

/** Allow rules come before deny rules. */
const judge =
  (allowed: readonly Regex[], denied: readonly Regex[]) =>
  (agent: string): boolean =>
    !allowed.some(pattern => pattern.test(agent)) && denied.some(pattern => pattern.test(agent))

function remember(find: (agent: string) => boolean): (agent: string) => boolean {
  const known = new Map<string, boolean>()
  return agent => {
    const before = known.get(agent)
    if (before !== undefined) return before
    if (known.size >= remembered) known.clear()
    const found = find(agent)
    known.set(agent, found)
    return found
  }
}

const regexes = (list: readonly string[] | null, version: Version): Regex[] =>
  (list ?? []).map(pattern => pcreOrNever(asBytes(pattern), version))
