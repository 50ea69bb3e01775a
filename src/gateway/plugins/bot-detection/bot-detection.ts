/** bot-detection: user agents that are bots, or are denied, may not pass (behaviour: Kong 2.8.5, 3.9.1). */
import { pcre } from '../../../entities/text/pcre.ts'
import { headersOf } from '../../exchange/exchange.ts'
import { configOf, type Handler } from '../../exchange/handler.ts'
import { botPatterns } from './patterns.ts'

interface Config {
  readonly allow: readonly string[] | null
  readonly deny: readonly string[] | null
}

/** Verdicts that are remembered; looking through all patterns takes its time. */
const remembered = 10_000

export function botDetection(): Handler {
  let bots: readonly RegExp[] | undefined
  return {
    name: 'bot-detection',
    configure: plugin => {
      const { allow, deny } = configOf<Config>(plugin)
      bots ??= botPatterns()
      const isBlocked = remember(judge(expressions(allow), [...expressions(deny), ...bots]))
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

/** What is allowed counts before what is denied. */
const judge =
  (allowed: readonly RegExp[], denied: readonly RegExp[]) =>
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

/** The schema has checked that they are expressions; one that JavaScript can not read matches nothing. */
function expressions(list: readonly string[] | null): RegExp[] {
  return (list ?? []).flatMap(text => {
    try {
      return [pcre(text)]
    } catch {
      return []
    }
  })
}
