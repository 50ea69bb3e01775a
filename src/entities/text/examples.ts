/** An example of a field's value, by its format: for editors and `deck explain`. */
import type { Field } from '../language/define.ts'

const examples: Readonly<Partial<Record<NonNullable<Field['format']>, string>>> = {
  host: 'api.example.com',
  'host-with-optional-port': 'api.example.com:8080',
  'host-port': '10.0.0.1:8080',
  'upstream-name': 'orders.internal',
  'wildcard-host': '*.example.com',
  'ip-or-cidr': '10.0.0.0/8',
  path: '/api',
  'router-path': '/orders',
  name: 'orders',
  tag: 'team-a',
  'header-name': 'X-Request-Id',
  'cookie-name': 'session',
  sni: 'api.example.com',
  'wildcard-sni': '*.example.com',
  regex: '^curl/',
  url: 'https://api.example.com/orders',
  'redirect-uri': 'https://app.example.com/callback',
  uuid: '8f1f0a5e-8d4c-4d6b-9f39-0b1f5b6f7a10',
}

export function exampleOf(field: Field): string | undefined {
  if (field.format !== undefined) return examples[field.format]
  if (field.uuid === true) return examples.uuid
  return field.starts_with === '/' ? examples.path : undefined
}
