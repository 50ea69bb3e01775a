/**
 * State files as Terraform resources of Kong's provider for Konnect, as decK 1.65 writes them (`deck file
 * kong2tf`): in the order of `resources.ts`, each followed by what is nested in it.
 */
import type { Values } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { type Entities, inside } from '../merged-content.ts'
import { asGoEncodes } from './go-encoding.ts'
import { isMisread } from './hcl.ts'
import { membershipText, type Owner, type ResourceOptions, resourceText } from './resource-text.ts'
import { type Membership, type Resource, referencesOf, resources } from './resources.ts'

export interface TerraformOptions extends ResourceOptions {
  /** Terraform is to leave changes of credentials alone. */
  readonly ignoreCredentialChanges: boolean
}

/** One entity, or one member of a group, that becomes a resource. */
interface Part {
  readonly form: Resource | Membership
  readonly entity: Values
  /** For messages: `services[0].routes[1]`. */
  readonly where: string
  /** Undefined where the entity has nothing that the resource could be called by. */
  readonly name: string | undefined
  readonly owner?: Owner
}

/**
 * @returns the resources, and the values that Terraform will read differently
 * @throws DeckError for an entity without a possible name of a resource
 */
export function toTerraform(
  content: Entities,
  options: TerraformOptions,
): { text: string; warnings: readonly string[] } {
  const parts = resources.flatMap(resource => partsOf(resource, content[resource.key] ?? [], resource.key))
  const nameless = parts.flatMap(namelessIn)
  if (nameless.length > 0)
    throw new DeckError(`failed converting Kong configuration to Terraform; ${nameless.join('; ')}`)
  const written = parts.map(part => writtenPart(part, options))
  const texts = [variable(options.importsFor ?? 'YOUR_CONTROL_PLANE_ID'), ...written.map(({ text }) => text)]
  const addresses = written.map(({ address }) => address)
  return {
    text: texts.join(''),
    warnings: [...repeated(addresses), ...(options.valid ? [] : [...misread(parts), ...misnamed(addresses)])],
  }
}

function partsOf(
  form: Resource | Membership,
  entities: readonly Values[],
  list: string,
  owner?: Owner,
): Part[] {
  return entities.flatMap((entity, index) => {
    const where = `${list}[${index}]`
    const { [form.calledBy]: value } = entity
    const name = typeof value === 'string' ? value : undefined
    const part = { form, entity, where, name, ...(owner && { owner }) }
    if ('membership' in form) return [part]
    const self = { label: form.label(name ?? ''), entity }
    const nested = (form.inside ?? []).flatMap(one =>
      partsOf(one, inside(entity, one.key), `${where}.${one.key}`, self),
    )
    return [part, ...nested]
  })
}

function namelessIn({ form, entity, where, name }: Part): string[] {
  const own = name === undefined ? [`${where} has no ${form.calledBy}, which its resource is called by`] : []
  if ('membership' in form) return own
  const unclear = referencesOf(entity).filter(([, to]) => to === undefined)
  return [...own, ...unclear.map(([attribute]) => `${where}.${attribute} has no name`)]
}

function writtenPart({ form, entity, name = '', owner }: Part, options: TerraformOptions) {
  if ('membership' in form) return membershipText(form, owner?.label ?? '', name, options)
  const ignored = options.ignoreCredentialChanges ? (form.credential ?? []) : []
  return resourceText(form, asGoEncodes(entity, form.key), form.label(name), { ...options, ignored }, owner)
}

const variable = (controlPlane: string): string => `variable "control_plane_id" {
  type = string
  default = "${controlPlane}"
}

`

/** Terraform refuses a second resource of the same address. */
function repeated(addresses: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([address, count]) => `${count} resources have the address ${address}; Terraform takes one`)
}

/** The places of texts, never the texts: they may be secret. */
function misread(parts: readonly Part[]): string[] {
  const places = parts.flatMap(({ form, entity, where }) => {
    const nested = 'membership' in form ? [] : (form.inside ?? []).map(({ key }) => key)
    const own = Object.entries(entity).filter(([name]) => !nested.includes(name))
    return own.flatMap(([name, value]) => placesIn(value, `${where}.${name}`))
  })
  if (places.length === 0) return []
  const shown = places.slice(0, 3).join(', ')
  const more = places.length > 3 ? ` and ${places.length - 3} more` : ''
  return [
    `Terraform does not read line breaks, backslashes, \${ and %{ as they are meant at ${shown}${more}; --valid-hcl writes them so that it does`,
  ]
}

/** Terraform wants names that begin with a letter or an underscore. */
function misnamed(addresses: readonly string[]): string[] {
  const wrong = addresses.filter(address => /\.[^\p{L}_]/u.test(address))
  return wrong.length === 0
    ? []
    : [
        `Terraform refuses the names of ${wrong.length} resources, such as ${wrong[0]}; --valid-hcl changes them`,
      ]
}

function placesIn(value: unknown, where: string): string[] {
  if (typeof value === 'string') return isMisread(value) ? [where] : []
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => placesIn(item, `${where}[${index}]`))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => placesIn(item, `${where}.${name}`))
}
