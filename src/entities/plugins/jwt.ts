import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anonymous, realm } from './fields/authentication.ts'
import { withoutConsumer } from './fields/typedefs.ts'

export const jwt = {
  name: 'jwt',
  priority: 1450,
  fields: withoutConsumer,
  config: {
    uri_param_names: {
      type: 'set',
      default: ['jwt'],
      elements: { type: 'string' },
      description: 'A list of querystring parameters that Kong will inspect to retrieve JWTs.',
    },
    cookie_names: {
      type: 'set',
      default: [],
      elements: { type: 'string' },
      description: 'A list of cookie names that Kong will inspect to retrieve JWTs.',
    },
    key_claim_name: {
      type: 'string',
      default: 'iss',
      description:
        'The name of the claim in which the key identifying the secret must be passed. The plugin will attempt to read this claim from the JWT payload and the header, in that order.',
    },
    secret_is_base64: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'If true, the plugin assumes the credential’s secret to be base64 encoded. You will need to create a base64-encoded secret for your Consumer, and sign your JWT with the original secret.',
    },
    claims_to_verify: {
      type: 'set',
      description:
        'A list of registered claims (according to RFC 7519) that Kong can verify as well. Accepted values: one of exp or nbf.',
      elements: { type: 'string', one_of: ['exp', 'nbf'] },
    },
    anonymous: anonymous(
      'An optional string (consumer UUID or username) value to use as an “anonymous” consumer if authentication fails.',
    ),
    run_on_preflight: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'A boolean value that indicates whether the plugin should run (and try to authenticate) on OPTIONS preflight requests. If set to false, then OPTIONS requests will always be allowed.',
    },
    maximum_expiration: {
      type: 'number',
      default: 0,
      description:
        'A value between 0 and 31536000 (365 days) limiting the lifetime of the JWT to maximum_expiration seconds in the future.',
      between: [0, 31536000],
    },
    header_names: {
      type: 'set',
      default: ['authorization'],
      elements: { type: 'string' },
      description: 'A list of HTTP header names that Kong will inspect to retrieve JWTs.',
    },
    realm,
  },
  entity_checks: [
    {
      conditional: {
        if_field: 'config.maximum_expiration',
        then_field: 'config.claims_to_verify',
        then_match: { contains: 'exp' },
        if_match: { gt: 0 },
      },
    },
  ],
} as const satisfies PluginDefinition
