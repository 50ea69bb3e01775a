/** MCP servers: a service and a route each, with the plugin ai-mcp-proxy in the mode of the server's type. */
import type { Values } from '../../entities/language/values.ts'
import type { Acls, AiDocument, McpServer } from './document.ts'
import { accessPlugins } from './mcp-access.ts'
import { quoted } from './notes.ts'
import { accessLists, guardPlugins, type Named, type Plugin, tagsOf } from './plugins.ts'
import { given, loggingOf, proxyOf, routeOf, upstreamAuth, withoutEmpty } from './settings.ts'

/** Where Kong demands a host and the server has none. */
const placeholder = 'localhost'

export function fromMcpServers({ mcp_servers: servers = [] }: AiDocument, named: Named): Values[] {
  const listeners = tagsOfSources(servers)
  const last = new Map(servers.map((server, index) => [server.name ?? '', index]))
  return servers.map((written, index) => {
    const server = { ...written, access: written.access ?? written.config?.access }
    const name = server.name ?? ''
    const proxy = proxyPlugin(server, named)
    const bucket = last.get(name) === index ? (listeners.get(name) ?? []) : []
    const tags = bucket.reduce(withTag, proxy.tags)
    const guards = guardPlugins(server.policies, undefined, named)
    const { plugins, path } = accessPlugins(server, named)
    const route = routeOf(server.config?.route, `${name}-route`)
    const paths = [...(server.config?.route?.paths ?? []), ...(path === undefined ? [] : [path])]
    return {
      name,
      routes: [
        {
          ...route,
          ...(paths.length > 0 && { paths }),
          plugins: [{ ...proxy, tags: tags.length > 0 ? tags : undefined }, ...guards, ...plugins],
        },
      ],
      ...tagsOf(server.labels),
      ...upstreamOf(server, named),
      ...(server.enabled === false && { enabled: false }),
    }
  })
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

/** A listener shows the tools of its sources: those whose plugin has the listener's tag. */
function tagsOfSources(servers: readonly McpServer[]): Map<string, string[]> {
  const tags = new Map<string, string[]>()
  for (const { type, config } of servers) {
    const tag = textIn(config?.server, 'tag') ?? textIn(config?.server, 'label')
    if (type !== 'listener' || tag === undefined) continue
    for (const source of config?.sources ?? []) tags.set(source, [...(tags.get(source) ?? []), tag])
  }
  return tags
}

const textIn = (record: Values | undefined, name: string): string | undefined => {
  const value = record?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const withTag = (tags: readonly string[], tag: string): readonly string[] =>
  tags.includes(tag) ? tags : [...tags, tag].sort((a, b) => (a < b ? -1 : 1))

function proxyPlugin(server: McpServer, named: Named): Plugin & { tags: readonly string[] } {
  const { type = '', config = {}, access = {}, labels } = server
  const { audits = false, max_payload_size } = config.logging ?? {}
  const settings = given({
    mode: type,
    max_request_body_size: config.max_request_body_size,
    logging: loggingOf(config.logging, { log_audits: audits, max_payload_size }),
    server: withoutEmpty({ server: config.server })['server'],
    proxy_config: proxyOf(config.proxy),
    auth: upstreamAuth(config.upstream, `MCP server ${quoted(server.name)}`, named.notes),
    tools_cache_ttl_seconds: config.tools_cache_ttl_seconds,
    acl_attribute_type: access.acl_attribute_type,
    access_token_claim_field: access.access_token_claim_field,
    default_acl: defaultAcl(access.acls, access.default_tool_acls),
    // The plugin refuses it beside claims of a token.
    include_consumer_groups: access.acl_attribute_type === 'oauth_access_token' ? undefined : true,
    tools: toolsOf(server, named),
  })
  return { name: 'ai-mcp-proxy', config: settings, tags: tagsOf(labels).tags ?? [] }
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
