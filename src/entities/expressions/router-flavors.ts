/**
 * Router flavours of Kong 3.x (`router_flavor` in kong.conf): how a node's router reads routes, which changes
 * what a route may contain. The definitions are those of the stock flavour; what another one changes is the
 * definition's `flavors`, laid over it here.
 */
import type { Definition, Version } from '../language/define.ts'

export const routerFlavors = ['traditional_compatible', 'traditional', 'expressions'] as const

export type RouterFlavor = (typeof routerFlavors)[number]

export const stockFlavor: RouterFlavor = 'traditional_compatible'

/** A definition for a router with this flavor; 2.8 has no flavors. */
export function withFlavor(definition: Definition, version: Version, flavor: RouterFlavor): Definition {
  const changes = version.major < 3 ? undefined : definition.flavors?.[flavor]
  if (changes === undefined) return definition
  return { ...definition, ...changes, fields: { ...definition.fields, ...changes.fields } }
}
