/** The kinds of an AI Gateway document, and their fields (decK 1.65). */
import type { Shape } from './shape.ts'

const texts = { list: 'text' } as const
const labels = { map: 'text' } as const
const addresses = { list: { record: { ip: 'text', port: 'integer' } } } as const
export const acls = { record: { allow: texts, deny: texts } } as const

export const route = {
  name: 'text',
  paths: texts,
  hosts: texts,
  methods: texts,
  protocols: texts,
  headers: { map: texts },
  snis: texts,
  sources: addresses,
  destinations: addresses,
  strip_path: 'boolean',
  preserve_host: 'boolean',
  https_redirect_status_code: 'integer',
  regex_priority: 'integer',
  path_handling: 'text',
  request_buffering: 'boolean',
  response_buffering: 'boolean',
  tags: texts,
} as const

export const logging = {
  record: { payloads: 'boolean', statistics: 'boolean', audits: 'boolean', max_payload_size: 'integer' },
} as const

const proxyHost = { record: { host: 'text', port: 'integer' } } as const
export const proxy = {
  record: {
    http_proxy: proxyHost,
    https_proxy: proxyHost,
    proxy_scheme: 'text',
    auth: { record: { username: 'text', password: 'text' } },
    no_proxy: 'text',
  },
} as const

const model = {
  record: {
    id: 'text',
    type: 'text',
    display_name: 'text',
    name: 'text',
    enabled: 'boolean',
    capabilities: texts,
    formats: { list: { record: { type: 'text' } } },
    targets: {
      list: {
        record: {
          name: 'text',
          weight: 'integer',
          semantic_description: 'text',
          allow_auth_override: 'boolean',
          provider: 'text',
          config: 'mapping',
        },
      },
    },
    policies: texts,
    access: { record: { identity_providers: texts, acls } },
    config: {
      record: {
        route: {
          record: {
            ...route,
            model: { record: { path_aliases: texts, body: { map: texts }, headers: { map: texts } } },
          },
        },
        logging,
        response_streaming: 'text',
        max_request_body_size: 'integer',
        model: { record: { name_header: 'boolean' } },
        proxy,
        balancer: 'mapping',
      },
    },
    labels,
  },
} as const

export const providerAuth = {
  record: {
    type: 'text',
    headers: { list: { record: { name: 'text', value: 'text' } } },
    params: { list: { record: { name: 'text', value: 'text', location: 'text' } } },
    access_key_id: 'text',
    secret_access_key: 'text',
    assume_role_arn: 'text',
    role_session_name: 'text',
    sts_endpoint_url: 'text',
    batch_role_arn: 'text',
    client_id: 'text',
    client_secret: 'text',
    tenant_id: 'text',
    use_managed_identity: 'boolean',
    service_account_json: 'text',
    metadata_url: 'text',
    oauth_token_url: 'text',
    use_gcp_service_account: 'boolean',
  },
} as const

const provider = {
  record: {
    type: 'text',
    display_name: 'text',
    name: 'text',
    config: {
      record: {
        auth: providerAuth,
        instance: 'text',
        project_id: 'text',
      },
    },
    labels,
  },
} as const

const tool = {
  record: {
    name: 'text',
    description: 'text',
    method: 'text',
    path: 'text',
    scheme: 'text',
    host: 'text',
    headers: 'mapping',
    query: 'mapping',
    request_body: 'mapping',
    responses: 'mapping',
    parameters: { list: 'mapping' },
    annotations: 'mapping',
    access: { record: { acls } },
    input_schema: 'mapping',
    output_schema: 'mapping',
  },
} as const

const mcpAccess = {
  record: {
    acl_attribute_type: 'text',
    access_token_claim_field: 'text',
    acls,
    default_tool_acls: acls,
  },
} as const

const mcpServer = {
  record: {
    type: 'text',
    display_name: 'text',
    name: 'text',
    enabled: 'boolean',
    config: {
      record: {
        route: { record: route },
        logging,
        max_request_body_size: 'integer',
        server: 'mapping',
        proxy,
        tools_cache_ttl_seconds: 'integer',
        access: mcpAccess,
      },
    },
    tools: { list: tool },
    policies: texts,
    access: { record: { acls, default_tool_acls: acls } },
    labels,
    upstream_url: 'text',
  },
} as const

const agent = {
  record: {
    type: 'text',
    display_name: 'text',
    name: 'text',
    enabled: 'boolean',
    policies: texts,
    access: { record: { acls } },
    config: {
      record: {
        url: 'text',
        route: { record: route },
        max_request_body_size: 'integer',
        logging,
      },
    },
    labels,
  },
} as const

const policy = {
  record: {
    id: 'text',
    type: 'text',
    display_name: 'text',
    name: 'text',
    enabled: 'boolean',
    global: 'boolean',
    config: 'mapping',
    labels,
  },
} as const

const consumer = {
  record: {
    id: 'text',
    display_name: 'text',
    name: 'text',
    type: 'text',
    custom_id: 'text',
    consumer_groups: texts,
    policies: texts,
    credentials: {
      list: {
        record: {
          id: 'text',
          display_name: 'text',
          name: 'text',
          type: 'text',
          ttl: 'integer',
          api_key: 'text',
          labels,
        },
      },
    },
    labels,
  },
} as const

export const document = {
  record: {
    models: { list: model },
    model_providers: { list: provider },
    mcp_servers: { list: mcpServer },
    agents: { list: agent },
    policies: { list: policy },
    identity_providers: {
      list: {
        record: {
          id: 'text',
          type: 'text',
          display_name: 'text',
          name: 'text',
          config: 'mapping',
          labels,
        },
      },
    },
    consumers: { list: consumer },
    consumer_groups: {
      list: { record: { id: 'text', display_name: 'text', name: 'text', policies: texts, labels } },
    },
    vaults: {
      list: {
        record: { id: 'text', type: 'text', name: 'text', description: 'text', config: 'mapping', labels },
      },
    },
  },
} as const satisfies Shape
