/**
 * The endpoints of AI APIs, by the format that clients speak: where requests arrive, and how Kong's
 * ai-proxy-advanced is set up for them (decK 1.65; Kong's AI Gateway 2.0).
 */
export interface Endpoint {
  /** The end of the route's name; endpoints of one label share a route. */
  readonly label: string
  /** Follows the base path. A regular expression where `isRegex`. */
  readonly path: string
  readonly isRegex: boolean
  readonly methods: readonly string[]
  readonly routeType: string
  readonly category: string
  /** The body of a request has the field `model`. */
  readonly namesModel: boolean
  readonly hasStatistics: boolean
}

const text = 'text/generation'
const getPost = ['GET', 'POST']

type Extra = Partial<Pick<Endpoint, 'category' | 'methods' | 'namesModel' | 'hasStatistics'>>

/** Most endpoints of a format share methods, category and statistics, and whether a body names its model. */
const endpoints =
  (shared: Pick<Endpoint, 'isRegex' | 'methods' | 'namesModel'>) =>
  (label: string, path: string, routeType: string, extra: Extra = {}): Endpoint => ({
    ...shared,
    label,
    path,
    routeType,
    category: text,
    hasStatistics: true,
    ...extra,
  })

const plain = endpoints({ isRegex: false, methods: ['POST'], namesModel: true })
const bedrock = endpoints({ isRegex: true, methods: getPost, namesModel: false })
const gemini = endpoints({ isRegex: true, methods: getPost, namesModel: true })

const jobs: Extra = { methods: getPost, namesModel: false, hasStatistics: false }
const audio = (category: string): Extra => ({ category, hasStatistics: false })

const invoke = 'model/(?<model_name>[^/]+)/invoke(?:-with-response-stream)?'
const project = 'v1/projects/(?<project_id>[^/]+)/locations/(?<location_id>[^/]+)'
const vertexModel = `${project}/publishers/google/models/(?<model_name>[^:/]+)`

/** By format, then by what a model can do. */
const table: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
  openai: {
    generate: plain('chat', '/chat/completions', 'llm/v1/chat'),
    agentic: plain('responses', '/responses', 'llm/v1/responses'),
    realtime: plain('realtime', '/realtime', 'realtime/v1/realtime', {
      methods: getPost,
      category: 'realtime/generation',
    }),
    embeddings: plain('embeddings', '/embeddings', 'llm/v1/embeddings', { category: 'text/embeddings' }),
    image: plain('images', '/images/generations', 'image/v1/images/generations', {
      category: 'image/generation',
    }),
    'audio/speech': plain('audio-speech', '/audio/speech', 'audio/v1/audio/speech', audio('audio/speech')),
    'audio/transcription': plain(
      'audio-transcribe',
      '/audio/transcriptions',
      'audio/v1/audio/transcriptions',
      audio('audio/transcription'),
    ),
    'audio/translation': plain(
      'audio-translate',
      '/audio/translations',
      'audio/v1/audio/translations',
      audio('audio/transcription'),
    ),
    video: plain('videos', '/videos', 'video/v1/videos/generations', { category: 'video/generation' }),
    batches: plain('batches', '/batches', 'llm/v1/batches', jobs),
    files: plain('files', '/files', 'llm/v1/files', {
      methods: ['GET', 'POST', 'DELETE'],
      namesModel: false,
    }),
  },
  anthropic: {
    generate: plain('messages', '/v1/messages', 'llm/v1/chat'),
    batches: plain('batches', '/v1/messages/batches', 'llm/v1/batches', jobs),
  },
  bedrock: {
    generate: bedrock('converse', 'model/(?<model_name>[^/]+)/converse(?:-stream)?', 'llm/v1/chat'),
    agentic: bedrock('retrieve', 'model/(?<model_name>[^/]+)/retrieveAndGenerate(?:Stream)?', 'llm/v1/chat'),
    embeddings: bedrock('invoke', invoke, 'llm/v1/embeddings', { category: 'text/embeddings' }),
    image: bedrock('invoke', invoke, 'image/v1/images/generations', audio('image/generation')),
    'audio/speech': bedrock('invoke', invoke, 'llm/v1/chat'),
    video: bedrock('invoke', invoke, 'video/v1/videos/generations', { category: 'video/generation' }),
    rerank: bedrock('rerank', 'model/(?<model_name>[^/]+)/rerank', 'llm/v1/chat'),
    batches: bedrock('batches', 'model/(?<model_name>[^/]+)/async-invoke', 'llm/v1/batches'),
  },
  gemini: {
    generate: gemini(
      'generate',
      'v1beta/models/(?<model_name>[^:/]+):(?:generateContent|streamGenerateContent)',
      'llm/v1/chat',
    ),
    embeddings: gemini(
      'embeddings',
      'v1beta/models/(?<model_name>[^:/]+):(?:embedContent|batchEmbedContents)',
      'llm/v1/embeddings',
      { category: 'text/embeddings' },
    ),
    batches: plain('batches', 'v1beta/batches', 'llm/v1/batches', { ...jobs, hasStatistics: true }),
    files: gemini('files', '(?:upload/)?v1beta/files', 'llm/v1/chat', { namesModel: false }),
  },
  vertex: {
    generate: gemini('generate', `${vertexModel}:(?:generateContent|streamGenerateContent)`, 'llm/v1/chat'),
    embeddings: gemini(
      'embeddings',
      `${vertexModel}:(?:embedContent|batchEmbedContents)`,
      'llm/v1/embeddings',
      { category: 'text/embeddings' },
    ),
    image: gemini(
      'predict-long-running',
      `${vertexModel}:predictLongRunning`,
      'image/v1/images/generations',
      {
        category: 'image/generation',
      },
    ),
    video: gemini(
      'predict-long-running',
      `${vertexModel}:predictLongRunning`,
      'video/v1/videos/generations',
      {
        category: 'video/generation',
      },
    ),
    rerank: gemini('ranking', `${project}/rankingConfigs/(?<ranking_config>[^:/]+):rank`, 'llm/v1/chat', {
      namesModel: false,
    }),
    batches: gemini('batches', `${project}/batchPredictionJobs`, 'llm/v1/batches', { namesModel: false }),
  },
  cohere: { rerank: plain('rerank', '/v2/rerank', 'llm/v1/chat', { namesModel: false }) },
  huggingface: { generate: plain('generate', '/generate', 'llm/v1/chat') },
}

/** The capabilities of a model, in the words of the table. */
export function capabilityWords(capability: string): readonly string[] {
  if (capability === 'audio') return ['audio/speech', 'audio/transcription', 'audio/translation']
  return [capability === 'chat' ? 'generate' : capability === 'batch' ? 'batches' : capability]
}

/** `vertex` is Gemini's format on another provider. */
export const wireFormat = (format: string | undefined): string =>
  format === undefined ? 'openai' : format === 'vertex' ? 'gemini' : format

export interface Served {
  /** The section of the table. */
  readonly section: string
  readonly endpoint: Endpoint | undefined
}

/** Gemini's own paths where it has the endpoint, else those of Vertex where that provider serves it. */
export function endpointFor(format: string, providerType: string, capability: string): Served {
  const section = format === 'gemini' && providerType === 'vertex' ? 'vertex' : format
  const endpoint = lookUp(section, capability)
  const shared = section === 'vertex' && endpoint !== undefined ? lookUp('gemini', capability) : undefined
  return shared === undefined ? { section, endpoint } : { section: 'gemini', endpoint: shared }
}

const lookUp = (section: string, capability: string): Endpoint | undefined => {
  const capabilities = Object.hasOwn(table, section) ? table[section] : undefined
  return capabilities !== undefined && Object.hasOwn(capabilities, capability)
    ? capabilities[capability]
    : undefined
}

export function routePath(base: string, { path, isRegex }: Endpoint): string {
  const trimmed = base.replace(/\/+$/, '')
  return isRegex ? `~${trimmed}/${path}` : trimmed + path
}
