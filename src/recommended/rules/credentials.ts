/** Rules about secrets and about who may send requests. */
import type { Field } from '../../entities/language/define.ts'
import { entityFields } from '../../entities/language/subschemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import { isSecretField, isVaultReference } from '../../state/secrets.ts'
import type { Path } from '../../state/state.ts'
import type { LintedFile, Rule } from '../rule.ts'

export const plainSecret: Rule = {
  id: 'plain-secret',
  severity: 'error',
  title: 'a secret stands in clear text in the file',
  why: 'Everyone who can read the file, its history or a log of CI can use the secret.',
  how: 'put it into a DECK_ variable: ${{ env "DECK_SECRET" }}, or into a vault: {vault://env/secret}',
  find: ({ entities, schemas, called, isFilledIn }) =>
    entities.flatMap(({ kind, id, fields: values }) => {
      const fields = entityFields(schemas.of(kind), values, schemas)
      return plainSecrets(fields, values, [])
        .filter(path => !isFilledIn(id, path))
        .map(path => ({ id, path, message: `${path.join('.')} of ${called(id)} is in clear text` }))
    }),
}

/** What a variable stands for is not known when a file is linted: its name stands there. */
const isVariable = (text: string): boolean => /\bDECK_\w+/.test(text)

/**
 * Nothing, or an address without user, query and long random parts: Kong encrypts `http_endpoint` because it
 * may hold more.
 */
const isPublic = (text: string): boolean =>
  text === '' ||
  (/^https?:\/\/[^\s@?#]+$/.test(text) && !/[\w-]{20,}/.test(text.replace(/^\w+:\/\/[^/]+/, '')))

/** Paths of secret fields that hold a text. */
function plainSecrets(
  fields: Readonly<Record<string, Field>>,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): Path[] {
  return Object.entries(value).flatMap(([name, one]): Path[] => {
    const field = fields[name]
    const inner = [...path, name]
    if (isRecord(one)) return field?.fields === undefined ? [] : plainSecrets(field.fields, one, inner)
    if (!isSecretField(name, field)) return []
    const texts = Array.isArray(one) ? one : [one]
    const isPlain = texts.some(
      text => typeof text === 'string' && !isVaultReference(text) && !isVariable(text) && !isPublic(text),
    )
    return isPlain ? [inner] : []
  })
}

/** Plugins of Kong Enterprise and of others that let only known clients pass. */
const authenticating = /auth|oidc|openid|saml|jwt|introspection/

const isProtected = (plugins: readonly string[], file: LintedFile): boolean =>
  plugins.some(
    name => file.authenticates(name) || authenticating.test(name) || name === 'request-termination',
  )

export const noAuthentication: Rule = {
  id: 'no-authentication',
  severity: 'warn',
  title: 'a route lets everyone pass',
  why: 'No plugin of the route, its service or the whole gateway asks the client who it is.',
  how: 'add an authentication plugin such as key-auth or jwt; for a public route, write # deck-lint: ignore no-authentication',
  find: file =>
    file.routes
      .filter(route => route.service !== null && !isProtected(file.pluginsOf(route), file))
      .map(({ id }) => ({ id, message: `${file.called(id)} has no authentication` })),
}

export const credentialsSentUpstream: Rule = {
  id: 'credentials-sent-upstream',
  severity: 'warn',
  title: "a client's credentials go on to the upstream",
  why: 'The upstream and its logs receive keys and passwords that only the gateway needs.',
  how: 'set hide_credentials: true',
  find: ({ plugins, called }) =>
    plugins
      .filter(({ enabled, config }) => enabled && config?.['hide_credentials'] === false)
      .map(({ id }) => ({
        id,
        path: ['config', 'hide_credentials'],
        message: `${called(id)} sends credentials on to the upstream`,
      })),
}

export const keyInQuery: Rule = {
  id: 'key-in-query',
  severity: 'info',
  title: 'key-auth takes keys from the query',
  why: 'Queries stand in access logs, browser histories and Referer headers.',
  how: 'set key_in_query: false, and let clients send the key in a header',
  find: ({ plugins, called }) =>
    plugins
      .filter(({ enabled, config }) => enabled && config?.['key_in_query'] === true)
      .map(({ id }) => ({
        id,
        path: ['config', 'key_in_query'],
        message: `${called(id)} takes keys from the query`,
      })),
}

export const anyOriginWithCredentials: Rule = {
  id: 'any-origin-with-credentials',
  severity: 'error',
  title: 'web pages of any origin may send credentials',
  why: "Any web page that a user opens can act in the user's name.",
  how: 'list the origins, or set credentials: false',
  find: ({ plugins, called }) =>
    plugins
      .filter(({ enabled, config }) => enabled && config?.['credentials'] === true && takesAll(config))
      .map(({ id }) => ({
        id,
        path: ['config', 'credentials'],
        message: `${called(id)} lets pages of any origin send credentials`,
      })),
}

function takesAll({ origins }: Readonly<Record<string, unknown>>): boolean {
  if (origins === null || origins === undefined) return true
  return Array.isArray(origins) && (origins.length === 0 || origins.includes('*') || origins.includes('.*'))
}

const adminPorts: ReadonlySet<number> = new Set([8001, 8444])

export const openAdminApi: Rule = {
  id: 'open-admin-api',
  severity: 'error',
  title: "Kong's own Admin API can be reached through the proxy without authentication",
  why: 'Everyone who reaches the proxy can change the gateway and read all secrets.',
  how: 'add an authentication plugin to the service, or remove the route',
  find: file =>
    file.services
      .filter(({ host, port }) => isLoopback(host) && adminPorts.has(port))
      .flatMap(file.routesOf)
      .filter(route => !isProtected(file.pluginsOf(route), file))
      .map(({ id }) => ({ id, message: `${file.called(id)} opens the Admin API to everyone` })),
}

export const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)
