/** The backend models of a model, as targets of the plugin ai-proxy-advanced. */
import { isRecord, type Values } from '../../entities/language/values.ts'
import type { Provider, Target } from './document.ts'

/** Kong's word for the provider: Vertex is a part of Gemini's. */
const pluginProvider = (type: string): string => (type === 'vertex' ? 'gemini' : type)

/** The provider that a target names, and its type. */
export interface Backend {
  readonly provider: Provider | undefined
  readonly type: string
}

/** A target says its type itself, or its provider does. */
export function backendOf(
  { provider: name, config }: Target,
  providers: ReadonlyMap<string, Provider>,
): Backend {
  const provider = providers.get(name ?? '')
  const own = config?.['type']
  return { provider, type: typeof own === 'string' && own !== '' ? own : (provider?.type ?? '') }
}

/** @param alias by which requests name the model */
export function targetOf(
  target: Target,
  { provider, type }: Backend,
  request: { readonly alias: string | undefined; readonly routeType: string; readonly logging: Values },
): Values {
  const { type: own, ...others } = target.config ?? {}
  const options = typeof own === 'string' ? others : (target.config ?? {})
  const name = target.name ?? ''
  const mapped = mappedOptions(options, type, name, provider)
  const auth = authOf(provider, target.allow_auth_override)
  return {
    route_type: request.routeType,
    model: {
      provider: pluginProvider(type),
      name,
      ...(request.alias && { model_alias: request.alias }),
      ...(mapped && { options: mapped }),
    },
    ...(auth && { auth }),
    ...(target.weight !== undefined && { weight: target.weight }),
    description: target.semantic_description ?? name,
    logging: request.logging,
  }
}

/** The fields of a provider's authentication, and what the plugin calls them. */
const authFields: readonly (readonly [string, string])[] = [
  ['access_key_id', 'aws_access_key_id'],
  ['secret_access_key', 'aws_secret_access_key'],
  ['client_id', 'azure_client_id'],
  ['client_secret', 'azure_client_secret'],
  ['tenant_id', 'azure_tenant_id'],
  ['use_managed_identity', 'azure_use_managed_identity'],
  ['service_account_json', 'gcp_service_account_json'],
  ['use_gcp_service_account', 'gcp_use_service_account'],
  ['metadata_url', 'gcp_metadata_url'],
  ['oauth_token_url', 'gcp_oauth_token_url'],
]

export function authOf(provider: Provider | undefined, allowOverride?: boolean): Values | undefined {
  const auth = provider?.config?.auth ?? {}
  const { headers: [header] = [], params: [param] = [] } = auth
  const isGoogle = auth.type === 'gcp' || auth.service_account_json !== undefined
  const all: Values = {
    header_name: header?.name,
    header_value: header?.value,
    param_name: param?.name,
    param_value: param?.value,
    param_location: param?.location,
    ...(isGoogle && { gcp_use_service_account: true }),
    ...renamed(auth, authFields),
    allow_override: allowOverride,
  }
  return filled(all)
}

function renamed(record: Values, names: readonly (readonly [string, string])[]): Values {
  const there = names.filter(([name]) => record[name] !== undefined)
  return Object.fromEntries(there.map(([name, other]) => [other, record[name]]))
}

/** @returns undefined where no field has a value */
function filled(record: Values): Values | undefined {
  const there = Object.entries(record).filter(([, value]) => value !== undefined)
  return there.length === 0 ? undefined : Object.fromEntries(there)
}

/** Options that have another name for a provider; with a dot, inside of a mapping. */
const renamedOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azure: { deployment_id: 'azure_deployment_id', api_version: 'azure_api_version' },
  anthropic: { version: 'anthropic_version' },
  bedrock: {
    region: 'bedrock.aws_region',
    embeddings_normalize: 'bedrock.embeddings_normalize',
    video_output_s3_uri: 'bedrock.video_output_s3_uri',
    batch_bucket_prefix: 'bedrock.batch_bucket_prefix',
    batch_role_arn: 'bedrock.batch_role_arn',
    performance_config_latency: 'bedrock.performance_config_latency',
  },
  llama2: { format: 'llama2_format' },
  mistral: { format: 'mistral_format' },
  dashscope: { international: 'dashscope.international' },
  kimi: { international: 'kimi.international' },
  cohere: {
    embedding_input_type: 'cohere.embedding_input_type',
    wait_for_model: 'cohere.wait_for_model',
    api_version: 'cohere.api_version',
  },
  huggingface: { use_cache: 'huggingface.use_cache', wait_for_model: 'huggingface.wait_for_model' },
  databricks: { workspace_instance_id: 'databricks.workspace_instance_id' },
}

/** Options of `gcp_environment` inside of `gemini`. */
const geminiOptions = ['location_id', 'api_endpoint', 'endpoint_id', 'project_id']

export function mappedOptions(
  options: Values,
  type: string,
  model: string,
  provider: Provider | undefined,
): Values | undefined {
  const flat: Record<string, unknown> = {}
  const nested: Record<string, Record<string, unknown>> = {}
  const put = (path: string, value: unknown): void => {
    const [outer = '', inner] = path.split('.', 2)
    if (inner === undefined) flat[outer] = value
    else nested[outer] = { ...nested[outer], [inner]: value }
  }
  for (const name of Object.keys(options).sort()) {
    const value = options[name]
    for (const [path, one] of placed(name, value, type)) put(path, one)
  }
  for (const [path, value] of ofProvider(type, model, provider, flat)) put(path, value)
  return filled({ ...flat, ...nested })
}

/** The place of an option in the plugin's configuration; some options are split. */
function placed(name: string, value: unknown, type: string): [path: string, value: unknown][] {
  const isGoogle = type === 'gemini' || type === 'vertex'
  if (isGoogle && name === 'gcp_environment')
    return entriesOf(value).map(([key, one]) => [geminiOptions.includes(key) ? `gemini.${key}` : key, one])
  const renames = Object.hasOwn(renamedOptions, type) ? renamedOptions[type] : undefined
  const other = renames !== undefined && Object.hasOwn(renames, name) ? renames[name] : undefined
  return [[other ?? name, value]]
}

const entriesOf = (value: unknown): [string, unknown][] => (isRecord(value) ? Object.entries(value) : [])

/** The provider's additions to the options of each of its models. */
function ofProvider(
  type: string,
  model: string,
  provider: Provider | undefined,
  own: Values,
): [path: string, value: string][] {
  if (provider === undefined) return []
  const { auth = {}, instance } = provider.config ?? {}
  const isClaude = model.toLowerCase().includes('anthropic.claude')
  const byType: Readonly<Record<string, readonly (readonly [string, string | undefined])[]>> = {
    anthropic: [['anthropic_version', '2023-06-01']],
    azure: [['azure_instance', instance]],
    bedrock: [
      ['anthropic_version', isClaude ? 'bedrock-2023-05-31' : undefined],
      ['bedrock.aws_assume_role_arn', auth.assume_role_arn],
      ['bedrock.aws_role_session_name', auth.role_session_name],
      ['bedrock.aws_sts_endpoint_url', auth.sts_endpoint_url],
      ['bedrock.batch_role_arn', auth.batch_role_arn],
    ],
  }
  const added = Object.hasOwn(byType, type) ? (byType[type] ?? []) : []
  return added.flatMap(([path, value]) => {
    const isGiven = path === 'anthropic_version' && own[path] !== undefined && own[path] !== null
    return value === undefined || isGiven ? [] : [[path, value] as [string, string]]
  })
}

/** A model of embeddings, with the options and the authentication of the provider that it names. */
export function embeddingsOf(written: Values, provider: Provider | undefined): Values {
  const { provider: name, ...others } = written
  const rest = typeof name === 'string' && name !== '' ? others : written
  const model = isRecord(rest['model']) ? embeddingsModel(rest['model'], provider) : rest['model']
  const resolved = authOf(provider)
  const own = rest['auth']
  return {
    ...rest,
    ...(model !== undefined && { model }),
    ...(resolved && { auth: { ...resolved, ...(isRecord(own) && own) } }),
  }
}

function embeddingsModel(written: Values, provider: Provider | undefined): Values {
  const { config, ...model } = written
  if (!isRecord(config)) return written
  const { type: own, ...options } = config
  const type = typeof own === 'string' && own !== '' ? own : (provider?.type ?? '')
  const name = typeof model['name'] === 'string' ? model['name'] : ''
  const mapped = mappedOptions(options, type, name, provider)
  const nested = type === 'azure' && mapped !== undefined ? insideOfAzure(mapped) : mapped
  return { ...model, provider: pluginProvider(type), ...(nested && { options: nested }) }
}

/** Embeddings have what targets call `azure_instance` as `azure.instance`. */
function insideOfAzure(options: Values): Values {
  const [inner, outer] = [true, false].map(isInner =>
    Object.entries(options).filter(([name]) => name.startsWith('azure_') === isInner),
  ) as [[string, unknown][], [string, unknown][]]
  const azure = inner.map(([name, value]) => [name.slice('azure_'.length), value])
  return {
    ...Object.fromEntries(outer),
    ...(azure.length > 0 && {
      azure: { ...(isRecord(options['azure']) && options['azure']), ...Object.fromEntries(azure) },
    }),
  }
}
