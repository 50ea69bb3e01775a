/**
 * Every plugin that Kong bundles, by its schema: the one list of them. What the proxy runs of them is in `handlers.ts`; a plugin
 * that is known and not run is named in the log when it is configured.
 */
import type { Fields, Version } from '../../entities/define.ts'
import type { PluginSchema } from '../../entities/schemas.ts'
import { checksAt, fieldsAt, holdsAt } from '../../entities/versions.ts'
import type { PluginDefinition } from './define.ts'
import { acl } from './schemas/acl.ts'
import { acme } from './schemas/acme.ts'
import { aiPromptDecorator } from './schemas/ai-prompt-decorator.ts'
import { aiPromptGuard } from './schemas/ai-prompt-guard.ts'
import { aiPromptTemplate } from './schemas/ai-prompt-template.ts'
import { aiProxy } from './schemas/ai-proxy.ts'
import { aiRequestTransformer } from './schemas/ai-request-transformer.ts'
import { aiResponseTransformer } from './schemas/ai-response-transformer.ts'
import { awsLambda } from './schemas/aws-lambda.ts'
import { azureFunctions } from './schemas/azure-functions.ts'
import { basicAuth } from './schemas/basic-auth.ts'
import { botDetection } from './schemas/bot-detection.ts'
import { correlationId } from './schemas/correlation-id.ts'
import { cors } from './schemas/cors.ts'
import { datadog } from './schemas/datadog.ts'
import { fileLog } from './schemas/file-log.ts'
import { grpcGateway } from './schemas/grpc-gateway.ts'
import { grpcWeb } from './schemas/grpc-web.ts'
import { hmacAuth } from './schemas/hmac-auth.ts'
import { httpLog } from './schemas/http-log.ts'
import { ipRestriction } from './schemas/ip-restriction.ts'
import { jwt } from './schemas/jwt.ts'
import { keyAuth } from './schemas/key-auth.ts'
import { ldapAuth } from './schemas/ldap-auth.ts'
import { loggly } from './schemas/loggly.ts'
import { oauth2 } from './schemas/oauth2.ts'
import { opentelemetry } from './schemas/opentelemetry.ts'
import { postFunction } from './schemas/post-function.ts'
import { preFunction } from './schemas/pre-function.ts'
import { prometheus } from './schemas/prometheus.ts'
import { proxyCache } from './schemas/proxy-cache.ts'
import { rateLimiting } from './schemas/rate-limiting.ts'
import { redirect } from './schemas/redirect.ts'
import { requestSizeLimiting } from './schemas/request-size-limiting.ts'
import { requestTermination } from './schemas/request-termination.ts'
import { requestTransformer } from './schemas/request-transformer.ts'
import { responseRatelimiting } from './schemas/response-ratelimiting.ts'
import { responseTransformer } from './schemas/response-transformer.ts'
import { session } from './schemas/session.ts'
import { standardWebhooks } from './schemas/standard-webhooks.ts'
import { statsd } from './schemas/statsd.ts'
import { syslog } from './schemas/syslog.ts'
import { tcpLog } from './schemas/tcp-log.ts'
import { udpLog } from './schemas/udp-log.ts'
import { zipkin } from './schemas/zipkin.ts'

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

/** What a plugin adds to the plugin kind at a version; undefined where the version does not bundle it. */
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
