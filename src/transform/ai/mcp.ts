/** MCP servers: a service and a route each, with the plugin ai-mcp-proxy in the mode of the server's type. */
import type { Values } from '../../entities/language/values.ts'
import type { Acls, AiDocument, McpServer } from './document.ts'
import { quoted } from './notes.ts'
import { accessLists, guardPlugins, type Named, type Plugin, tagsOf } from './plugins.ts'
import { given, loggingOf, proxyOf, routeOf, withoutEmpty } from './settings.ts'

/** Where Kong demands a host and the server has none. */
const placeholder = 'localhost'

type ConfigAccess = NonNullable<NonNullable<McpServer['config']>['access']>

export function fromMcpServers({ mcp_servers: servers = [] }: AiDocument, named: Named): Values[] {
  return servers.map(server => {
    const { name = '', config, policies, labels } = server
    const proxy = proxyPlugin(server, named)
    const plugins = [proxy, ...guardPlugins(policies, undefined, named)]
    return {
      name,
      routes: [{ ...routeOf(config?.route, `${name}-route`), plugins }],
      ...tagsOf(labels),
      ...upstreamOf(server, named),
      ...(server.enabled === false && { enabled: false }),
    }
  })
}

/** The plugin's word for a server's label is `tag`. */
function serverOf(server: Values = {}): Values | undefined {
  const { label, ...rest } = server
  if (Object.keys(server).length === 0) return undefined
  return 'label' in server ? { ...rest, tag: label } : rest
}

function upstreamOf({ name, type, upstream_url: url }: McpServer, { notes }: Named): Values {
  if (url !== undefined) return { url }
  if (type === 'passthrough-listener') {
    notes.push(
      `MCP server ${quoted(name)} is passthrough-listener but has no upstream_url; using placeholder host "${placeholder}"`,
    )
  }
  return { host: placeholder }
}

function proxyPlugin(server: McpServer, named: Named): Plugin {
  const { type = '', config = {}, labels } = server
  const ofServer: ConfigAccess = server.access ?? {}
  const access = config.access ?? ofServer
  const { audits = false, max_payload_size } = config.logging ?? {}
  const settings = given({
    mode: type,
    max_request_body_size: config.max_request_body_size,
    logging: loggingOf(config.logging, { log_audits: audits, max_payload_size }),
    server: serverOf(config.server),
    proxy_config: proxyOf(config.proxy),
    tools_cache_ttl_seconds: config.tools_cache_ttl_seconds,
    acl_attribute_type: access.acl_attribute_type,
    access_token_claim_field: access.access_token_claim_field,
    default_acl: defaultAcl(access.acls, access.default_tool_acls),
    // The plugin refuses it beside claims of a token.
    include_consumer_groups: access.acl_attribute_type === 'oauth_access_token' ? undefined : true,
    tools: toolsOf(server, named),
  })
  return { name: 'ai-mcp-proxy', config: settings, ...tagsOf(labels) }
}

/** The rules of the server, then those of its tools. */
function defaultAcl(server: Acls | undefined, tools: Acls | undefined): Values[] | undefined {
  const both = accessLists({
    allow: [...(server?.allow ?? []), ...(tools?.allow ?? [])],
    deny: [...(server?.deny ?? []), ...(tools?.deny ?? [])],
  })
  return both && [both]
}

function toolsOf({ name, tools = [] }: McpServer, { notes }: Named): Values[] {
  return tools.map(({ access, name: tool = '', ...rest }) => {
    if (rest.description === undefined) {
      notes.push(
        `MCP server ${quoted(name)} tool ${quoted(tool)} has no description; ai-mcp-proxy requires one`,
      )
    }
    const acl = accessLists(access?.acls)
    return { name: tool, ...withoutEmpty(rest), ...(acl && { acl }) }
  })
}
