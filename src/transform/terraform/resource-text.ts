/** One resource in Terraform's language, as decK 1.65 writes it. */
import type { Values } from '../../entities/language/values.ts'
import { attributes } from './hcl.ts'
import { providerPlugins } from './provider-plugins.ts'
import { type Membership, type Resource, referencesOf, underscored } from './resources.ts'

export interface ResourceOptions {
  /** A control plane's id: `import` blocks are written too, for entities that have an id. */
  readonly importsFor?: string
  /** Write valid HCL with the file's values, where decK's layout differs or is invalid. */
  readonly valid: boolean
}

/** The outer entity. */
export interface Owner {
  readonly label: string
  readonly entity: Values
}

export interface Written {
  readonly text: string
  /** Terraform's address: `konnect_gateway_service.orders`. */
  readonly address: string
}

/** Their names do not begin with what they belong to. */
const plainlyNamed = ['gateway_sni', 'gateway_route']

export function resourceText(
  resource: Resource,
  entity: Values,
  label: string,
  options: ResourceOptions & { readonly ignored: readonly string[] },
  owner?: Owner,
): Written {
  const parents = parentsOf(resource, entity, owner)
  const name = plainlyNamed.includes(resource.type)
    ? label
    : parents.reduce((rest, [, parent]) => `${underscored(parent)}_${rest}`, label)
  const isPlugin = resource.type === 'gateway_plugin'
  const isCustom = isPlugin && !providerPlugins.has(String(entity['name']))
  const type = isPlugin && !isCustom ? `gateway_plugin_${label}` : resource.type
  const { valid } = options
  const kind = isCustom ? 'konnect_gateway_custom_plugin' : `konnect_${type}`
  const called = identifier(isCustom && !valid ? label : name, valid)
  const isTwice = (field: string): boolean => valid && parents.some(([attribute]) => attribute === field)
  const shown = Object.entries(entity).filter(
    ([field]) => !isHidden(field, resource, isPlugin && !isCustom) && !isTwice(field),
  )
  const { wrapping, encoded = [] } = resource
  const fields = attributes(Object.fromEntries(shown), {
    encoded: new Set(isCustom ? ['config'] : encoded),
    ...(wrapping && { wrapping }),
    exact: valid,
  })
  const address = `${kind}.${called}`
  const imported = valid ? address : `konnect_${type}.${name}`
  const text = `resource "${kind}" "${called}" {
${fields.replace(/\n+$/, '')}

${parentsText(parents, valid)}  control_plane_id = var.control_plane_id${lifecycle(options.ignored)}
}
${importText(imported, resource, entity, options.importsFor, owner)}
`
  return { text, address }
}

function isHidden(field: string, { without = [], inside = [] }: Resource, isTyped: boolean): boolean {
  if (field === 'id' || without.includes(field)) return true
  return inside.some(({ key }) => key === field) || (isTyped && field === 'name')
}

/** By attribute; what the entity says itself wins. decK 1.65 writes several in a random order. */
function parentsOf({ owner: attribute }: Resource, entity: Values, owner?: Owner): [string, string][] {
  const own = attribute !== undefined && owner !== undefined ? [[attribute, owner.label] as const] : []
  const said = referencesOf(entity).map(([name, to]) => [name, to ?? ''] as const)
  return [...new Map([...own, ...said])].sort(([a], [b]) => (a < b ? -1 : 1))
}

function parentsText(parents: readonly (readonly [string, string])[], valid: boolean): string {
  if (parents.length === 0) return ''
  const texts = parents.map(([attribute, parent]) => {
    const name = valid ? identifier(underscored(parent), valid) : underscored(parent)
    const reference = `konnect_gateway_${attribute.replace(/_id$/, '')}.${name}.id`
    return attribute.endsWith('_id')
      ? `  ${attribute} = ${reference}\n`
      : `  ${attribute} = {\n    id = ${reference}\n  }\n`
  })
  return `${texts.join('\n')}\n`
}

const lifecycle = (ignored: readonly string[]): string =>
  ignored.length === 0
    ? ''
    : `\n  lifecycle {\n    ignore_changes = [\n      ${ignored.join(',\n      ')}\n    ]\n  }\n`

/** Letters and digits of any script stay, all else is one underscore; Terraform wants no digit at the start. */
function identifier(name: string, valid: boolean): string {
  const plain = name
    .replace(/[^\p{L}\p{Nd}_-]/gu, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
  return valid && !/^\p{L}/u.test(plain) ? `_${plain}` : plain
}

function importText(
  address: string,
  { owner: attribute = '' }: Resource,
  entity: Values,
  controlPlane: string | undefined,
  owner?: Owner,
): string {
  if (controlPlane === undefined || typeof entity['id'] !== 'string') return ''
  const ids = [
    ['id', entity['id']],
    ...(attribute.endsWith('_id') ? [[attribute, owner?.entity['id']]] : []),
  ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  if (ids.some(([, id]) => id === undefined)) return ''
  const pairs = [...ids, ['control_plane_id', controlPlane]].map(
    ([name, id]) => String.raw`\"${name}\": \"${id}\"`,
  )
  return `\nimport {\n  to = ${address}\n  id = "{${pairs.join(', ')}}"\n}\n`
}

export function membershipText(
  { membership }: Membership,
  own: string,
  name: string,
  { valid }: ResourceOptions,
): Written {
  const names = membership === 'consumer' ? [underscored(name), own] : [own, underscored(name)]
  const [consumer = '', group = ''] = valid ? names.map(one => identifier(one, valid)) : names
  const text = `resource "konnect_gateway_consumer_group_member" "${group}_${consumer}" {
  consumer_id = konnect_gateway_consumer.${consumer}.id
  consumer_group_id = konnect_gateway_consumer_group.${group}.id
  control_plane_id = var.control_plane_id
}

`
  return { text, address: `konnect_gateway_consumer_group_member.${group}_${consumer}` }
}
