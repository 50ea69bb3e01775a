/** The plugins that the proxy runs. A further one is a file beside this and a line here. */

import type { Handler, Surroundings } from '../exchange/handler.ts'
import { acl } from './acl.ts'
import { aiPromptDecorator } from './ai-prompt-decorator.ts'
import { aiPromptGuard } from './ai-prompt-guard.ts'
import { aiPromptTemplate } from './ai-prompt-template.ts'
import { basicAuth } from './basic-auth.ts'
import { botDetection } from './bot-detection.ts'
import { correlationId } from './correlation-id.ts'
import { cors } from './cors.ts'
import { datadog } from './datadog.ts'
import { fileLog } from './file-log.ts'
import { hmacAuth } from './hmac-auth.ts'
import { httpLog } from './http-log.ts'
import { ipRestriction } from './ip-restriction.ts'
import { jwt } from './jwt.ts'
import { keyAuth } from './key-auth.ts'
import { priorityAt } from './kit/priorities.ts'
import { loggly } from './loggly.ts'
import { oauth2 } from './oauth2.ts'
import { prometheus } from './prometheus.ts'
import { proxyCache } from './proxy-cache.ts'
import { rateLimiting } from './rate-limiting.ts'
import { redirect } from './redirect.ts'
import { requestSizeLimiting } from './request-size-limiting.ts'
import { requestTermination } from './request-termination.ts'
import { requestTransformer } from './request-transformer.ts'
import { responseRatelimiting } from './response-ratelimiting.ts'
import { responseTransformer } from './response-transformer.ts'
import { session } from './session.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { statsd } from './statsd.ts'
import { tcpLog } from './tcp-log.ts'
import { udpLog } from './udp-log.ts'

export type MakeHandler = (surroundings: Surroundings) => Handler

const makers: Readonly<Record<string, MakeHandler>> = {
  acl,
  'ai-prompt-decorator': aiPromptDecorator,
  'ai-prompt-guard': aiPromptGuard,
  'ai-prompt-template': aiPromptTemplate,
  'basic-auth': basicAuth,
  'bot-detection': botDetection,
  'correlation-id': correlationId,
  cors,
  datadog,
  'file-log': fileLog,
  'hmac-auth': hmacAuth,
  'http-log': httpLog,
  'ip-restriction': ipRestriction,
  jwt,
  'key-auth': keyAuth,
  loggly,
  oauth2,
  prometheus,
  'proxy-cache': proxyCache,
  'rate-limiting': rateLimiting,
  redirect,
  'request-size-limiting': requestSizeLimiting,
  'request-termination': requestTermination,
  'request-transformer': requestTransformer,
  'response-ratelimiting': responseRatelimiting,
  'response-transformer': responseTransformer,
  session,
  'standard-webhooks': standardWebhooks,
  statsd,
  'tcp-log': tcpLog,
  'udp-log': udpLog,
}

/** The names of the plugins that the proxy runs. */
export const running: readonly string[] = Object.keys(makers)

/** Plugins that send logs and metrics to other hosts, or write them into files. */
const senders: ReadonlySet<string> = new Set([
  'datadog',
  'file-log',
  'http-log',
  'loggly',
  'statsd',
  'tcp-log',
  'udp-log',
])

/** A handler that takes part in exchanges and sends nothing. */
export const withoutSending = (handler: Handler): Handler =>
  senders.has(handler.name) ? { name: handler.name, configure: () => ({}) } : handler

/**
 * Highest priority first, as Kong runs them.
 *
 * @param others run besides; tests put their own
 */
export function createHandlers(surroundings: Surroundings, others: readonly MakeHandler[] = []): Handler[] {
  const { version } = surroundings
  return [...Object.values(makers), ...others]
    .map(make => make(surroundings))
    .sort((a, b) => priorityAt(b.name, version) - priorityAt(a.name, version))
}
