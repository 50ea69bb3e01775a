/**
 * `$ref` in the document that is linted: followed in API descriptions, to files beside them; nothing is
 * fetched.
 */
import { readFile } from 'node:fs/promises'
import { Resolver } from '@stoplight/spectral-ref-resolver'

/** In a state file, `$ref` may be part of a plugin's configuration. */
export function createReferences(content: Readonly<Record<string, unknown>>): Resolver {
  const isDescription = ['openapi', 'swagger', 'asyncapi', 'arazzo'].some(key => key in content)
  if (!isDescription) return new Resolver({ getRef: () => undefined })
  const file = { resolve: (uri: { path(): string }) => readFile(decodeURIComponent(uri.path()), 'utf8') }
  return new Resolver({ resolvers: { file } } as ConstructorParameters<typeof Resolver>[0])
}
