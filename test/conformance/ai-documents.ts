/** Random documents of Kong's AI Gateway: every field of their shape, with words that refer to one another. */
import fc from 'fast-check'
import { document } from '../../src/transform/ai/document-shape.ts'
import type { Shape } from '../../src/transform/ai/shape.ts'

const names = ['a', 'b', 'Ω', '']

/** Values of a text, by the name of its field. */
const words: Readonly<Record<string, readonly string[]>> = {
  name: names,
  provider: names,
  policies: names,
  identity_providers: names,
  custom_id: ['anonymous', '7'],
  capabilities: [
    ...['chat', 'generate', 'agentic', 'realtime', 'embeddings', 'image', 'audio', 'audio/speech', 'video'],
    ...['batches', 'batch', 'files', 'rerank', 'fly'],
  ],
  type: [
    ...['model', 'api', 'a2a', 'http', 'listener', 'passthrough-listener', 'cors', 'env', 'gcp', 'oauth'],
    ...[
      'openai',
      'azure',
      'anthropic',
      'bedrock',
      'gemini',
      'vertex',
      'cohere',
      'huggingface',
      'mistral',
      '',
    ],
  ],
  paths: ['/', '/ai', '/v1/', '~/x$', ''],
}

const options = fc.record(
  {
    type: fc.constantFrom('azure', 'anthropic', 'bedrock', 'gemini', 'vertex', 'kimi', 'databricks', ''),
    ...Object.fromEntries(
      ['deployment_id', 'api_version', 'version', 'region', 'format', 'international', 'use_cache'].map(
        name => [name, fc.constantFrom('x', null, 7, 0.5, true, [1, {}])],
      ),
    ),
    gcp_environment: fc.constantFrom({ project_id: 'p', other: 1 }, {}, 'x'),
    label: fc.constant('tools'),
    algorithm: fc.constantFrom('semantic', '', 7),
    vectordb: fc.constantFrom({ strategy: 'redis' }, null),
    embeddings: fc.record(
      {
        provider: fc.constantFrom(...names),
        model: fc.constantFrom({ name: 'e', config: { type: 'azure', deployment_id: 'd' } }, { config: {} }),
        auth: fc.constantFrom({}, { header_name: 'own' }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

function valuesOf(shape: Shape, name: string): fc.Arbitrary<unknown> {
  if (shape === 'text') return fc.constantFrom(...(words[name] ?? ['x', '']))
  if (shape === 'boolean') return fc.boolean()
  if (shape === 'integer') return fc.constantFrom(0, 7, 9_000_000)
  if (shape === 'mapping') return options
  // Kong takes one of the two lists: with both the whole document is refused.
  if ('list' in shape) return fc.array(valuesOf(shape.list, name), { maxLength: name === 'deny' ? 0 : 3 })
  if ('map' in shape) return fc.dictionary(fc.constantFrom('a', 'b:c'), valuesOf(shape.map, name))
  const fields = Object.entries(shape.record).map(
    ([field, inner]) => [field, valuesOf(inner, field)] as const,
  )
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] })
}

export const aiDocuments = (count: number): string[] =>
  fc.sample(valuesOf(document, ''), { numRuns: count, seed: 7 }).map(value => JSON.stringify(value, null, 2))
