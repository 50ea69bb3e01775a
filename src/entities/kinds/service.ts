/** A service: where a route's traffic goes. */
import { defineEntity, type EntityCheck } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import {
  created_at,
  host,
  id,
  name,
  path,
  port,
  protocol,
  tags,
  timeout,
  updated_at,
} from '../language/fields.ts'

/** TLS settings make no sense without TLS: absent unless the protocol is https, or tls since 3.0. */
const onlyWithTls = (field: string): EntityCheck[] => {
  const rule = { if_field: 'protocol', then_field: field, then_match: { eq: null } }
  return [
    { conditional: { ...rule, if_match: { not_one_of: ['https', 'tls'] } }, since: '3.0' },
    { conditional: { ...rule, if_match: { ne: 'https' } }, until: '3.0' },
  ]
}

const encrypted = { field: 'protocol', in: ['https', 'tls'] }

export const service = defineEntity({
  kind: 'service',
  schema: 'services',
  adminPath: 'services',
  fileKey: 'services',
  onlineName: 'Services',
  endpointKey: 'name',
  place: 1,
  jsonKeys: `client_certificate connect_timeout host id name path port protocol read_timeout retries
    write_timeout tags tls_verify tls_verify_depth ca_certificates enabled routes plugins`,
  rendered: () => 'protocol connect_timeout read_timeout write_timeout',
  carriesTraffic: true,
  keys: [['name']],
  present: {
    one: 'Service',
    many: 'Services',
    columns: 'name protocol host port path enabled tags',
    first: 'name protocol host port path enabled tags',
    groups: {
      'Time-outs and retries': 'connect_timeout write_timeout read_timeout retries',
      'TLS to the upstream': 'client_certificate tls_verify tls_verify_depth ca_certificates',
    },
    when: {
      client_certificate: encrypted,
      tls_verify: encrypted,
      tls_verify_depth: encrypted,
      ca_certificates: encrypted,
    },
    references: { ca_certificates: 'ca_certificates' },
    units: { connect_timeout: 'ms', write_timeout: 'ms', read_timeout: 'ms' },
    help: {
      host: 'A host name or address, or the name of an upstream, which spreads the traffic over its targets.',
    },
    about: 'A service is an API behind the gateway: where its traffic goes.',
  },
  fields: {
    id,
    created_at,
    updated_at,
    name,
    retries: {
      type: 'integer',
      default: 5,
      between: [0, 32767],
      description: 'The number of retries to execute upon failure to proxy.',
    },
    protocol: { ...protocol, required: true, default: 'http' },
    host: { ...host, required: true },
    port: { ...port, required: true, default: 80 },
    path,
    connect_timeout: { ...timeout, default: 60000 },
    write_timeout: { ...timeout, default: 60000 },
    read_timeout: { ...timeout, default: 60000 },
    tags,
    client_certificate: {
      type: 'foreign',
      reference: 'certificates',
      description:
        'Certificate to be used as client certificate while TLS handshaking to the upstream server.',
    },
    tls_verify: {
      type: 'boolean',
      description:
        'Whether to enable verification of upstream server TLS certificate. If not set, the global level config `proxy_ssl_verify` will be used.',
    },
    tls_verify_depth: {
      type: 'integer',
      default: null,
      between: [0, 64],
      description: "Maximum depth of chain while verifying Upstream server's TLS certificate.",
    },
    ca_certificates: {
      holds: 'ca_certificates',
      was: { until: '3.0', holds: undefined },
      type: 'array',
      elements: { type: 'string', uuid: true },
      description:
        "Array of CA Certificate object UUIDs that are used to build the trust store while verifying upstream server's TLS certificate.",
    },
    enabled: {
      type: 'boolean',
      required: true,
      default: true,
      description: 'Whether the Service is active. ',
    },
  },
  entity_checks: [
    {
      conditional: {
        if_field: 'protocol',
        if_match: { one_of: ['tcp', 'tls', 'udp', 'grpc', 'grpcs'] },
        then_field: 'path',
        then_match: { eq: null },
      },
    },
    ...onlyWithTls('client_certificate'),
    ...onlyWithTls('tls_verify'),
    ...onlyWithTls('tls_verify_depth'),
    ...onlyWithTls('ca_certificates'),
  ],
  shorthand_fields: { url: { type: 'string', expand: 'url' } },
})

export type Service = EntityOf<typeof service>
