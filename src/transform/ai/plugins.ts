/** Plugins for policies, access lists and identity providers. */
import type { Values } from '../../entities/language/values.ts'
import type { Acls, AiDocument, IdentityProvider, Policy, Provider } from './document.ts'
import { type Notes, quoted, refuse, unique } from './notes.ts'

export type Plugin = Values & { readonly name: string }

/** Entities by name, for references. */
export interface Named {
  readonly providers: ReadonlyMap<string, Provider>
  readonly policies: ReadonlyMap<string, Policy>
  readonly identityProviders: ReadonlyMap<string, IdentityProvider>
  readonly notes: Notes
}

export function namedIn(document: AiDocument, notes: Notes): Named {
  const byName = <T extends { readonly name?: string | undefined }>(all: readonly T[] = []) =>
    new Map(all.map(one => [one.name ?? '', one] as const))
  return {
    providers: byName(document.model_providers),
    policies: byName(document.policies),
    identityProviders: byName(document.identity_providers),
    notes,
  }
}

/** @example ['env:prod', 'team:a'] */
export function tagsOf(labels: Readonly<Record<string, string>> = {}): { tags?: string[] } {
  const names = Object.keys(labels).sort((a, b) => (a < b ? -1 : 1))
  return names.length === 0 ? {} : { tags: names.map(name => `${name}:${labels[name]}`) }
}

/** A mapping without anything in it is left out. */
export const configOf = (config: Values | undefined): { config?: Values } =>
  config === undefined || Object.keys(config).length === 0 ? {} : { config }

/** Policies for every request. */
export const globalPlugins = ({ policies = [] }: AiDocument): Plugin[] =>
  policies
    .filter(policy => policy.global === true)
    .map(policy => ({
      ...policyPlugin(policy),
      ...(policy.id !== undefined && { id: policy.id }),
      ...tagsOf(policy.labels),
    }))

const policyPlugin = (policy: Policy): Plugin => ({
  name: policy.type ?? '',
  ...configOf(policy.config),
  ...(policy.enabled === false && { enabled: false }),
})

/** These are identity providers, where a model is concerned. */
const authentication = ['key-auth', 'openid-connect']

/** @param forModel refuses policies that authenticate */
export function guardPlugins(
  references: readonly string[] | undefined,
  acls: Acls | undefined,
  named: Named,
  forModel = false,
): Plugin[] {
  const policies = unique(references).flatMap(name => {
    const policy = named.policies.get(name)
    if (policy === undefined) {
      named.notes.push(`unknown policy reference ${quoted(name)}`)
      return []
    }
    if (forModel && authentication.includes(policy.type ?? '')) {
      refuse(
        `model policy ${quoted(name)} has type ${quoted(policy.type)}, but authentication policies can only be applied to models via identity_providers, not policies`,
      )
    }
    return policy.global === true ? [] : [policyPlugin(policy)]
  })
  return [...policies, ...aclPlugin(acls)]
}

/** Members of consumer groups count: an AI Gateway has no other groups. */
function aclPlugin(acls: Acls | undefined): Plugin[] {
  const lists = accessLists(acls)
  if (lists === undefined) return []
  const { allow, deny } = lists
  if (allow !== undefined && deny !== undefined) {
    const [allowed, denied] = [allow, deny].map(list => `[${list.join(' ')}]`)
    refuse(
      `acl policy sets both allow (${allowed}) and deny (${denied}), but a Kong acl plugin permits exactly one; set only allow or only deny`,
    )
  }
  return [{ name: 'acl', config: { ...lists, include_consumer_groups: true } }]
}

/** @returns undefined where both lists are empty */
export function accessLists(acls: Acls | undefined): { allow?: string[]; deny?: string[] } | undefined {
  const { allow = [], deny = [] } = acls ?? {}
  if (allow.length === 0 && deny.length === 0) return undefined
  return { ...(allow.length > 0 && { allow: [...allow] }), ...(deny.length > 0 && { deny: [...deny] }) }
}

const anonymous = 'anonymous'

/** An unauthenticated client is the anonymous consumer, whose requests get 401. */
export function identityPlugins(references: readonly string[] | undefined, named: Named): Plugin[] {
  return unique(references).flatMap(name => {
    const provider = named.identityProviders.get(name)
    if (provider !== undefined) return [identityPlugin(provider)]
    named.notes.push(`unknown identity provider reference ${quoted(name)}`)
    return []
  })
}

function identityPlugin({ type = '', config = {} }: IdentityProvider): Plugin {
  return { name: type, config: { ...config, anonymous } }
}

const unauthorized: Plugin = {
  name: 'request-termination',
  enabled: true,
  config: { status_code: 401, message: 'Unauthorized' },
}

/** The anonymous consumer, made or changed so that its requests end with 401. */
export function withAnonymous(consumers: readonly Values[]): Values[] {
  const isAnonymous = ({ username, custom_id }: Values) => username === anonymous || custom_id === anonymous
  if (!consumers.some(isAnonymous)) {
    return [...consumers, { username: anonymous, custom_id: anonymous, plugins: [unauthorized] }]
  }
  return consumers.map(consumer => {
    if (!isAnonymous(consumer)) return consumer
    const plugins = (consumer['plugins'] ?? []) as readonly Plugin[]
    const at = plugins.findIndex(({ name }) => name === unauthorized.name)
    return { ...consumer, plugins: at === -1 ? [...plugins, unauthorized] : plugins.with(at, unauthorized) }
  })
}
