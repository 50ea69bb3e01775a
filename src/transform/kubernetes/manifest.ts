/** Kubernetes objects, and the annotations that Kong's Ingress Controller reads. */
import type { Values } from '../../entities/language/values.ts'

/** The cluster that the manifests are for. */
export interface Target {
  /** Version of Kong's Ingress Controller. */
  readonly version: '2' | '3'
  /** The form of routes: HTTPRoute of the Gateway API, or Ingress. */
  readonly api: 'gateway' | 'ingress'
  readonly className: string
  /** A name that Kubernetes takes. */
  readonly nameOf: (text: string) => string
}

export interface Manifest extends Values {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
}

interface Metadata extends Values {
  readonly name: string
  /** Filled in while other objects refer to this one. */
  readonly annotations?: Record<string, string>
}

export const kongGroup = 'configuration.konghq.com'
export const kongV1 = `${kongGroup}/v1`
export const kongBeta = `${kongGroup}/v1beta1`

/** Absent fields are left out when the manifest is written. */
export const ifFilled = (text: unknown): unknown => (text === '' ? undefined : text)

/** @example annotation('strip_path') // 'konghq.com/strip-path' */
export const annotation = (field: string): string => `konghq.com/${field.replaceAll('_', '-')}`

export const ingressClass = ({ className }: Target): Record<string, string> => ({
  'kubernetes.io/ingress.class': className,
})

/** Fields of an entity, as annotations of the same names. */
export function annotationsOf(entity: Values, fields: readonly string[]): Record<string, string> {
  const said = fields.filter(field => entity[field] !== undefined)
  return Object.fromEntries(said.map(field => [annotation(field), annotationText(entity[field])]))
}

const annotationText = (value: unknown): string =>
  Array.isArray(value) ? value.filter(item => item !== null).join(',') : String(value)

/** `[]` has no effect for most kinds. */
export const tagsOf = ({ tags }: Values): Record<string, string> =>
  Array.isArray(tags) && tags.length > 0 ? { [annotation('tags')]: annotationText(tags) } : {}

/** A plugin that is to act where the object is. */
export function attachPlugin(annotations: Record<string, string>, name: string): void {
  const key = annotation('plugins')
  annotations[key] = annotations[key] ? `${annotations[key]},${name}` : name
}
