/** The words of `--online-entities-list` (decK's), and the sets of Kong's that they mean. */
import type { Definition } from '../entities/language/define.ts'
import { nearest } from '../entities/text/did-you-mean.ts'
import { UsageError } from '../errors.ts'

const schemas: Readonly<Record<string, string>> = {
  ACLGroups: 'acls',
  BasicAuths: 'basicauth_credentials',
  CACertificates: 'ca_certificates',
  Certificates: 'certificates',
  Consumers: 'consumers',
  Documents: 'documents',
  FilterChains: 'filter_chains',
  HMACAuths: 'hmacauth_credentials',
  JWTAuths: 'jwt_secrets',
  KeyAuths: 'keyauth_credentials',
  Oauth2Creds: 'oauth2_credentials',
  Partials: 'partials',
  Plugins: 'plugins',
  RBACEndpointPermissions: 'rbac_role_endpoints',
  RBACRoles: 'rbac_roles',
  Routes: 'routes',
  SNIs: 'snis',
  Services: 'services',
  Targets: 'targets',
  Upstreams: 'upstreams',
  Vaults: 'vaults',
}

/** Whether a gateway is asked about a set where nothing is said: decK leaves out kinds of Kong Enterprise that it has no word for. */
export const isAskedByDefault = ({ schema, enterprise }: Definition): boolean =>
  enterprise !== true || Object.values(schemas).includes(schema)

/** @returns the sets, or undefined for all. @throws UsageError for an unknown word */
export function onlineSchemas(words: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(words) || words.length === 0) return undefined
  const names = Object.keys(schemas)
  return new Set(
    words.map(word => {
      const schema = Object.hasOwn(schemas, String(word)) ? schemas[String(word)] : undefined
      if (schema !== undefined) return schema
      const [near] = nearest(String(word), names)
      throw new UsageError(
        `invalid value '${word}' for --online-entities-list; it should be a valid Kong entity (case-sensitive). Valid entities: [${names.join(' ')}]`,
        near === undefined ? {} : { hint: `did you mean ${near}?` },
      )
    }),
  )
}
