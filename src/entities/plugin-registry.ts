/**
 * Every plugin that Kong bundles, by its schema: the one list of them. What the proxy runs of them is in
 * `handlers.ts`; a plugin that is known and not run is named in the log when it is configured.
 */
import type { Fields, Version } from './language/define.ts'
import type { PluginDefinition } from './language/plugin-definition.ts'
import type { PluginSchema } from './language/schemas.ts'
import { checksAt, fieldsAt, holdsAt } from './language/versions.ts'
import { acl } from './plugins/acl.ts'
import { acme } from './plugins/acme.ts'
import { aiPromptDecorator } from './plugins/ai-prompt-decorator.ts'
import { aiPromptGuard } from './plugins/ai-prompt-guard.ts'
import { aiPromptTemplate } from './plugins/ai-prompt-template.ts'
import { aiProxy } from './plugins/ai-proxy.ts'
import { aiRequestTransformer } from './plugins/ai-request-transformer.ts'
import { aiResponseTransformer } from './plugins/ai-response-transformer.ts'
import { awsLambda } from './plugins/aws-lambda.ts'
import { azureFunctions } from './plugins/azure-functions.ts'
import { basicAuth } from './plugins/basic-auth.ts'
import { botDetection } from './plugins/bot-detection.ts'
import { correlationId } from './plugins/correlation-id.ts'
import { cors } from './plugins/cors.ts'
import { datadog } from './plugins/datadog.ts'
import { fileLog } from './plugins/file-log.ts'
import { grpcGateway } from './plugins/grpc-gateway.ts'
import { grpcWeb } from './plugins/grpc-web.ts'
import { hmacAuth } from './plugins/hmac-auth.ts'
import { httpLog } from './plugins/http-log.ts'
import { ipRestriction } from './plugins/ip-restriction.ts'
import { jwt } from './plugins/jwt.ts'
import { keyAuth } from './plugins/key-auth.ts'
import { ldapAuth } from './plugins/ldap-auth.ts'
import { loggly } from './plugins/loggly.ts'
import { oauth2 } from './plugins/oauth2.ts'
import { opentelemetry } from './plugins/opentelemetry.ts'
import { postFunction } from './plugins/post-function.ts'
import { preFunction } from './plugins/pre-function.ts'
import { prometheus } from './plugins/prometheus.ts'
import { proxyCache } from './plugins/proxy-cache.ts'
import { rateLimiting } from './plugins/rate-limiting.ts'
import { redirect } from './plugins/redirect.ts'
import { requestSizeLimiting } from './plugins/request-size-limiting.ts'
import { requestTermination } from './plugins/request-termination.ts'
import { requestTransformer } from './plugins/request-transformer.ts'
import { responseRatelimiting } from './plugins/response-ratelimiting.ts'
import { responseTransformer } from './plugins/response-transformer.ts'
import { session } from './plugins/session.ts'
import { standardWebhooks } from './plugins/standard-webhooks.ts'
import { statsd } from './plugins/statsd.ts'
import { syslog } from './plugins/syslog.ts'
import { tcpLog } from './plugins/tcp-log.ts'
import { udpLog } from './plugins/udp-log.ts'
import { zipkin } from './plugins/zipkin.ts'

export const plugins: readonly PluginDefinition[] = [
  acl,
  acme,
  aiPromptDecorator,
  aiPromptGuard,
  aiPromptTemplate,
  aiProxy,
  aiRequestTransformer,
  aiResponseTransformer,
  awsLambda,
  azureFunctions,
  basicAuth,
  botDetection,
  correlationId,
  cors,
  datadog,
  fileLog,
  grpcGateway,
  grpcWeb,
  hmacAuth,
  httpLog,
  ipRestriction,
  jwt,
  keyAuth,
  ldapAuth,
  loggly,
  oauth2,
  opentelemetry,
  postFunction,
  preFunction,
  prometheus,
  proxyCache,
  rateLimiting,
  redirect,
  requestSizeLimiting,
  requestTermination,
  requestTransformer,
  responseRatelimiting,
  responseTransformer,
  session,
  standardWebhooks,
  statsd,
  syslog,
  tcpLog,
  udpLog,
  zipkin,
]

/** The plugins that a version bundles, as `GET /` lists them. */
export function pluginsAt(version: Version): { name: string; priority: number; version: string }[] {
  return plugins
    .filter(plugin => holdsAt(version, plugin))
    .map(({ name, priority }) => ({ name, priority, version: version.text }))
}

/** The additional schema of a plugin at a version; undefined if the version does not bundle the plugin. */
export function pluginSchema(name: string, version: Version, withDatabase = true): PluginSchema | undefined {
  const plugin = plugins.find(one => one.name === name)
  if (plugin === undefined || !holdsAt(version, plugin)) return undefined
  const fields: Fields = {
    ...plugin.fields,
    config: {
      type: 'record',
      required: true,
      fields: withDatabase ? plugin.config : { ...plugin.config, ...plugin.withoutDatabase },
      ...(plugin.configChecks && { entity_checks: plugin.configChecks }),
      ...(plugin.configCheck && { check: plugin.configCheck }),
      ...(plugin.shorthand_fields && { shorthand_fields: plugin.shorthand_fields }),
    },
  }
  return {
    name,
    fields: fieldsAt(fields, version),
    ...(plugin.entity_checks && { entity_checks: checksAt(plugin.entity_checks, version) }),
  }
}

/** The same for many entities: each schema is made once. */
export function pluginSchemasAt(version: Version): (name: string) => PluginSchema | undefined {
  const made = new Map<string, PluginSchema | undefined>()
  return name => {
    if (!made.has(name)) made.set(name, pluginSchema(name, version))
    return made.get(name)
  }
}
