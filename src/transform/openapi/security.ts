/**
 * `--generate-security`: an openid-connect plugin (Kong Enterprise) of a document's security requirements.
 */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { followed, kongObject, listOf, recordOf, textOf, type Values } from './document.ts'
import { hasAccessRules } from './mcp-access.ts'
import { operationsOf } from './operations.ts'
import type { Problems } from './problems.ts'

/** The treatment of security requirements: none, plugins, plugins where possible, or rules of MCP tools. */
export type Security = 'left' | 'strict' | 'lenient' | 'tools'

/**
 * The plugin of one level; where it requires nothing, the outer level's.
 *
 * @throws DeckError for what a single plugin cannot do (decK's words)
 */
export function securityPlugin(
  holder: Values,
  document: Values,
  how: Security,
  problems: Problems,
  inherited?: Values,
): Values | undefined {
  if (how === 'left' || how === 'tools') return inherited
  try {
    return requiredPlugin(holder, document, inherited)
  } catch (error) {
    if (how !== 'lenient' || !(error instanceof DeckError)) throw error
    problems.warn(`security is left out: ${error.message}`, holder, 'security')
    return inherited
  }
}

/** Reports all errors of securityPlugin at their places, or requirements for which no plugin is made. */
export function checkSecurity(document: Values, how: Security, problems: Problems): void {
  const operations = Object.values(recordOf(document['paths'])).filter(isRecord).flatMap(operationsOf)
  const holders = [document, ...operations.map(([, operation]) => operation)]
    .filter(isRecord)
    .filter(({ security }) => listOf(security).some(one => Object.keys(recordOf(one)).length > 0))
  for (const holder of holders) {
    if (how !== 'strict') continue
    problems.attempt(() => requiredPlugin(holder, document), holder, 'security')
  }
  if (how === 'left' || (how === 'tools' && !hasAccessRules(document))) warnOfLeft(holders, how, problems)
}

function warnOfLeft([first, ...others]: readonly Values[], how: Security, problems: Problems): void {
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const hint =
    how === 'tools'
      ? 'x-kong-mcp-acl in an OAuth 2 scheme makes access rules of them'
      : '--generate-security makes openid-connect plugins of them (Kong Enterprise)'
  problems.warn(`nothing is made of these security requirements${more}`, first, 'security', hint)
}

function requiredPlugin({ security }: Values, document: Values, inherited?: Values): Values | undefined {
  const requirements = listOf(security).map(recordOf)
  const [requirement] = requirements
  if (requirement === undefined) return inherited
  if (requirements.length > 1) throw new DeckError('only a single security-requirement is supported')
  const [required, ...others] = Object.entries(requirement)
  if (required === undefined) return inherited
  if (others.length > 0)
    throw new DeckError('within a security-requirement only a single security-scheme is supported')
  const [name, scopes] = required
  return pluginOf(schemeNamed(name, document), listOf(scopes).map(String), document)
}

function schemeNamed(name: string, document: Values): Values {
  const schemes = recordOf(recordOf(document['components'])['securitySchemes'])
  if (schemes[name] === undefined)
    throw new DeckError(`no security-schemes with name '${name}' found in components`)
  const scheme = followed(schemes[name], document)
  if (/^openidconnect$/i.test(textOf(scheme['type']).replace(/[_-]/g, ''))) return scheme
  throw new DeckError("only security-schemes of type 'openIdConnect' are supported")
}

function pluginOf(scheme: Values, scopes: readonly string[], document: Values): Values {
  const base = kongObject(scheme, 'x-kong-security-openid-connect', document) ?? {}
  const given = base['config'] ?? {}
  if (!isRecord(given)) throw new DeckError('not an object')
  const listed = given['scopes_required'] ?? []
  if (!Array.isArray(listed) || !listed.every(scope => typeof scope === 'string'))
    throw new DeckError("expected 'scopes_required' to be an array of strings")
  const issuer = given['issuer'] ?? scheme['openIdConnectUrl'] ?? ''
  return {
    ...base,
    name: 'openid-connect',
    config: {
      ...given,
      // Settings for Kong win over the description of the service behind it.
      ...(issuer !== '' && { issuer }),
      scopes_required: [...new Set([...(listed as string[]), ...scopes])].sort(),
    },
  }
}
