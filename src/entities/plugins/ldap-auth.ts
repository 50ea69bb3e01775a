import { host, port } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anonymous, hideCredentials, realm } from './fields/authentication.ts'
import { withoutConsumer } from './fields/typedefs.ts'

export const ldapAuth = {
  name: 'ldap-auth',
  priority: 1200,
  fields: withoutConsumer,
  config: {
    ldap_host: { ...host, required: true },
    ldap_port: { ...port, required: true, default: 389 },
    ldaps: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Set to `true` to connect using the LDAPS protocol (LDAP over TLS).  When `ldaps` is configured, you must use port 636. If the `ldap` setting is enabled, ensure the `start_tls` setting is disabled.',
    },
    start_tls: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Set it to `true` to issue StartTLS (Transport Layer Security) extended operation over `ldap` connection. If the `start_tls` setting is enabled, ensure the `ldaps` setting is disabled.',
    },
    verify_ldap_host: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Set to `true` to authenticate LDAP server. The server certificate will be verified according to the CA certificates specified by the `lua_ssl_trusted_certificate` directive.',
    },
    base_dn: {
      type: 'string',
      required: true,
      description: 'Base DN as the starting point for the search; e.g., dc=example,dc=com',
    },
    attribute: {
      type: 'string',
      required: true,
      description: 'Attribute to be used to search the user; e.g. cn',
    },
    cache_ttl: { type: 'number', required: true, default: 60, description: 'Cache expiry time in seconds.' },
    hide_credentials: hideCredentials(
      'An optional boolean value telling the plugin to hide the credential to the upstream server. It will be removed by Kong before proxying the request.',
    ),
    timeout: {
      type: 'number',
      default: 10000,
      description: 'An optional timeout in milliseconds when waiting for connection with LDAP server.',
    },
    keepalive: {
      type: 'number',
      default: 60000,
      description:
        'An optional value in milliseconds that defines how long an idle connection to LDAP server will live before being closed.',
    },
    anonymous: anonymous(
      'An optional string (consumer UUID or username) value to use as an “anonymous” consumer if authentication fails. If empty (default null), the request fails with an authentication failure `4xx`.',
    ),
    header_type: {
      type: 'string',
      default: 'ldap',
      description: 'An optional string to use as part of the Authorization header',
    },
    realm,
  },
  configChecks: [
    {
      conditional: {
        if_match: { eq: true },
        if_field: 'ldaps',
        then_field: 'start_tls',
        then_match: { eq: false },
        then_err: "'ldaps' and 'start_tls' cannot be enabled simultaneously",
      },
    },
  ],
} as const satisfies PluginDefinition
