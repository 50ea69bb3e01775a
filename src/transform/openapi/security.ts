/** `--generate-security`: an openid-connect plugin (Kong Enterprise) of a document's security requirements. */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { followed, kongObject, listOf, recordOf, type Values } from './document.ts'

/** What becomes of security requirements: nothing, plugins, or plugins where that is possible. */
export type Security = 'left' | 'strict' | 'lenient'

/**
 * The plugin of one level; where it requires nothing, the outer level's.
 *
 * @throws DeckError for what a single plugin cannot do (decK's words)
 */
export function securityPlugin(
  holder: Values,
  document: Values,
  how: Security,
  inherited?: Values,
): Values | undefined {
  if (how === 'left') return inherited
  try {
    return requiredPlugin(holder, document, inherited)
  } catch (error) {
    if (how === 'lenient' && error instanceof DeckError) return inherited
    throw error
  }
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
  if (/^openidconnect$/i.test(String(scheme['type']).replace(/[_-]/g, ''))) return scheme
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
      // What is meant for Kong wins over what is told of the service behind it.
      ...(issuer !== '' && { issuer }),
      scopes_required: [...new Set([...(listed as string[]), ...scopes])].sort(),
    },
  }
}
