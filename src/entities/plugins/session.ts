import { randomBytes, randomInt } from 'node:crypto'
import { once } from '../language/once.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anyProtocol, noConsumer } from './fields/typedefs.ts'

/**
 * As Kong generates it: 32 bytes in base64 with its signs replaced; a new one at each start. Most runs do not
 * read it, and loading Node's crypto takes milliseconds.
 */
const randomSecret = once((): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return randomBytes(32)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, () => letters[randomInt(letters.length)] ?? '')
})

const sessionHeaders = {
  type: 'set',
  description: 'List of information to include, as headers, in the response to the downstream.',
  elements: {
    type: 'string',
    one_of: ['id', 'audience', 'subject', 'timeout', 'idling-timeout', 'rolling-timeout', 'absolute-timeout'],
  },
  since: '3.0',
} as const

export const session = {
  name: 'session',
  priority: 1900,
  fields: {
    consumer: noConsumer,
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    secret: {
      type: 'string',
      required: false,
      get default() {
        return randomSecret()
      },
      referenceable: true,
      encrypted: true,
      description: 'The secret that is used in keyed HMAC generation.',
    },
    storage: {
      type: 'string',
      default: 'cookie',
      description:
        "Determines where the session data is stored. `kong`: Stores encrypted session data into Kong's current database strategy; the cookie will not contain any session data. `cookie`: Stores encrypted session data within the cookie itself.",
      one_of: ['cookie', 'kong'],
      was: { until: '3.0', required: false },
    },
    audience: {
      type: 'string',
      default: 'default',
      description:
        'The session audience, which is the intended target application. For example `"my-application"`.',
      since: '3.0',
    },
    idling_timeout: {
      type: 'number',
      default: 900,
      description: 'The session cookie idle time, in seconds.',
      since: '3.0',
    },
    rolling_timeout: {
      type: 'number',
      default: 3600,
      description:
        'The session cookie rolling timeout, in seconds. Specifies how long the session can be used until it needs to be renewed.',
      since: '3.0',
    },
    absolute_timeout: {
      type: 'number',
      default: 86400,
      description:
        'The session cookie absolute timeout, in seconds. Specifies how long the session can be used until it is no longer valid.',
      since: '3.0',
    },
    stale_ttl: {
      type: 'number',
      default: 10,
      description:
        'The duration, in seconds, after which an old cookie is discarded, starting from the moment when the session becomes outdated and is replaced by a new one.',
      since: '3.0',
    },
    cookie_name: { type: 'string', default: 'session', description: 'The name of the cookie.' },
    cookie_path: {
      type: 'string',
      default: '/',
      description: 'The resource in the host where the cookie is available.',
    },
    cookie_domain: {
      type: 'string',
      description: 'The domain with which the cookie is intended to be exchanged.',
    },
    cookie_same_site: {
      type: 'string',
      default: 'Strict',
      description: 'Determines whether and how a cookie may be sent with cross-site requests.',
      one_of: ['Strict', 'Lax', 'None', 'Default'],
      since: '3.0',
    },
    cookie_http_only: {
      type: 'boolean',
      default: true,
      description: 'Applies the `HttpOnly` tag so that the cookie is sent only to a server.',
      since: '3.0',
    },
    cookie_secure: {
      type: 'boolean',
      default: true,
      description:
        'Applies the Secure directive so that the cookie may be sent to the server only with an encrypted request over the HTTPS protocol.',
    },
    remember: {
      type: 'boolean',
      default: false,
      description: 'Enables or disables persistent sessions.',
      since: '3.0',
    },
    remember_cookie_name: {
      type: 'string',
      default: 'remember',
      description: 'Persistent session cookie name. Use with the `remember` configuration parameter.',
      since: '3.0',
    },
    remember_rolling_timeout: {
      type: 'number',
      default: 604800,
      description: 'The persistent session rolling timeout window, in seconds.',
      since: '3.0',
    },
    remember_absolute_timeout: {
      type: 'number',
      default: 2592000,
      description: 'The persistent session absolute timeout limit, in seconds.',
      since: '3.0',
    },
    response_headers: sessionHeaders,
    request_headers: sessionHeaders,
    read_body_for_logout: { type: 'boolean', default: false, since: '3.0' },
    logout_methods: {
      type: 'set',
      default: ['POST', 'DELETE'],
      elements: { type: 'string', one_of: ['GET', 'POST', 'DELETE'] },
      description: 'A set of HTTP methods that the plugin will respond to.',
      was: { until: '3.0', type: 'array' },
    },
    logout_query_arg: {
      type: 'string',
      default: 'session_logout',
      description: 'The query argument passed to logout requests.',
      was: { until: '3.0', required: false },
    },
    logout_post_arg: {
      type: 'string',
      default: 'session_logout',
      description: 'The POST argument passed to logout requests. Do not change this property.',
      was: { until: '3.0', required: false },
    },
    cookie_lifetime: { type: 'number', default: 3600, until: '3.0' },
    cookie_idletime: { type: 'number', until: '3.0' },
    cookie_renew: { type: 'number', default: 600, until: '3.0' },
    cookie_samesite: {
      type: 'string',
      default: 'Strict',
      one_of: ['Strict', 'Lax', 'None', 'off'],
      until: '3.0',
    },
    cookie_httponly: { type: 'boolean', default: true, until: '3.0' },
    cookie_discard: { type: 'number', default: 10, until: '3.0' },
  },
  shorthand_fields: {
    cookie_lifetime: { type: 'number', gives: rolling_timeout => ({ rolling_timeout }), since: '3.0' },
    cookie_idletime: { type: 'number', gives: time => ({ idling_timeout: time ?? 0 }), since: '3.0' },
    // It is calculated since 3.0.
    cookie_renew: { type: 'number', gives: () => ({}), since: '3.0' },
    cookie_discard: { type: 'number', gives: stale_ttl => ({ stale_ttl }), since: '3.0' },
    cookie_samesite: {
      type: 'string',
      gives: site => ({ cookie_same_site: site === 'off' ? 'Lax' : site }),
      since: '3.0',
    },
    cookie_httponly: { type: 'boolean', gives: cookie_http_only => ({ cookie_http_only }), since: '3.0' },
    cookie_persistent: { type: 'boolean', gives: remember => ({ remember }), since: '3.0' },
  },
} as const satisfies PluginDefinition
