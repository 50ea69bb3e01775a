/** Agents: a service and a route each, and for those of the type `a2a` the plugin ai-a2a-proxy. */
import type { Values } from '../../entities/language/values.ts'
import type { Agent, AiDocument } from './document.ts'
import { quoted } from './notes.ts'
import { guardPlugins, type Named, type Plugin, tagsOf } from './plugins.ts'
import { given, loggingOf, routeOf } from './settings.ts'

export function fromAgents({ agents = [] }: AiDocument, named: Named): Values[] {
  return agents.map(agent => {
    const { name = '', config, access, enabled, labels } = agent
    const plugins = [...guardPlugins(agent.policies, access?.acls, named), ...ownPlugin(agent, named)]
    if (config?.url === undefined) {
      named.notes.push(`agent ${quoted(name)} has no config.url; the Service will be missing an upstream`)
    }
    return {
      name,
      url: config?.url,
      routes: [{ ...routeOf(config?.route, `${name}-route`), ...(plugins.length > 0 && { plugins }) }],
      ...tagsOf(labels),
      ...(enabled === false && { enabled }),
    }
  })
}

function ownPlugin({ type, name, config }: Agent, { notes }: Named): Plugin[] {
  if (type === 'http') return []
  if (type !== 'a2a') {
    notes.push(`agent ${quoted(name)} has unknown type ${quoted(type)}; treating as plain http proxy`)
    return []
  }
  const { max_payload_size = 1_048_576 } = config?.logging ?? {}
  const settings = given({
    logging: loggingOf(config?.logging, { max_payload_size }),
    max_request_body_size: config?.max_request_body_size,
  })
  return [{ name: 'ai-a2a-proxy', config: settings }]
}
