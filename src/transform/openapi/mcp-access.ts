/**
 * Access to a tool: the scopes that an operation requires, for documents whose OAuth 2 scheme says how a
 * gateway sees them (`x-kong-mcp-acl`).
 */
import { DeckError } from '../../errors.ts'
import { followed, listOf, recordOf, textOf, type Values } from './document.ts'
import type { Problems } from './problems.ts'

export interface AccessRules {
  /** The part of the plugin's configuration for them. */
  readonly config: Values
}

const isOAuth = ({ type }: Values): boolean => textOf(type).toLowerCase() === 'oauth2'

const schemesOf = (document: Values): Values => recordOf(recordOf(document['components'])['securitySchemes'])

function ruledScheme(document: Values): Values | undefined {
  const schemes = Object.values(schemesOf(document)).map(scheme => followed(scheme, document))
  return schemes.find(scheme => isOAuth(scheme) && scheme['x-kong-mcp-acl'] !== undefined)
}

export const hasAccessRules = (document: Values): boolean => ruledScheme(document) !== undefined

/** Undefined where no scheme says so: then no tool has rules. @throws DeckError (decK's words) */
export function accessRules(document: Values, mode: string): AccessRules | undefined {
  const found = ruledScheme(document)
  if (found === undefined) return undefined
  const said = recordOf(found['x-kong-mcp-acl'])
  const { 'x-kong-mcp-default-acl': fallback } = document
  if (fallback !== undefined && !Array.isArray(fallback))
    throw new DeckError("failed to read default ACL: expected 'x-kong-mcp-default-acl' to be a YAML array")
  // Only a listener reads tokens (decK 1.65.1).
  const fields = mode === 'conversion' ? [] : ['acl_attribute_type', 'access_token_claim_field']
  return {
    config: {
      ...Object.fromEntries(fields.filter(key => key in said).map(key => [key, said[key]])),
      ...(fallback !== undefined && { default_acl: fallback }),
    },
  }
}

/**
 * @param lenient a warning instead of an error, for requirements without a possible rule
 * @param where of the operation, for the error: `get /users`
 */
export function toolAccess(
  operation: Values,
  document: Values,
  lenient: boolean,
  where: string,
  problems: Problems,
): { allow: string[] } | undefined {
  const holder = (operation['security'] ?? undefined) === undefined ? document : operation
  const requirements = listOf(holder['security']).map(recordOf)
  const found = requiredScopes(requirements, document)
  if (typeof found !== 'string') return found.length === 0 ? undefined : { allow: [...found].sort() }
  if (lenient) problems.warn(`no access rule for ${where}: ${found}`, holder, 'security')
  else problems.error(`failed to get ACL for ${where}: ${found}`, holder, 'security')
  return undefined
}

/** @returns the scopes, or what is wrong (decK's words) */
function requiredScopes(requirements: readonly Values[], document: Values): string[] | string {
  const [requirement, another] = requirements
  if (requirement === undefined) return []
  if (another !== undefined)
    return 'only a single security requirement is supported per operation for MCP ACL generation'
  const [required, more] = Object.entries(requirement)
  if (required === undefined) return []
  if (more !== undefined)
    return 'only a single security scheme per requirement is supported for MCP ACL generation'
  const [name, scopes] = required
  const given = schemesOf(document)[name]
  if (given === undefined) return `security scheme '${name}' not found in components/securitySchemes`
  const scheme = followed(given, document)
  if (!isOAuth(scheme)) {
    return `only 'oauth2' security schemes are supported for MCP ACL generation, got '${scheme['type']}'`
  }
  if (scheme['x-kong-mcp-acl'] === undefined)
    return `oauth2 security scheme '${name}' is missing the 'x-kong-mcp-acl' extension`
  return listOf(scopes).map(String)
}
