/** Messages about failed requests to an Admin API: no response, or one that is not an Admin API's. */

import { isRecord } from '../entities/language/values.ts'
import { AdminApiError, ConnectionError } from '../errors.ts'
import { excerptOf, type Hidden, notShown, shownJson, shownSentence } from '../state/echoes.ts'

interface Asked {
  readonly method: string
  readonly url: string
}

/** Go's way of naming a method in an error, which decK's users know: `Get "http://…"`. */
const verb = (method: string): string => method[0] + method.slice(1).toLowerCase()

const requestFailed = ({ method, url }: Asked, cause: string): string =>
  `making HTTP request: ${verb(method)} "${url}": ${cause}`

/** In the place of a code of Node's: the time of the whole run was over. */
export const deadlinePassed = 'DEADLINE'

const proxyHint =
  'a proxy is set (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY): check that it runs; NO_PROXY lists hosts to reach without it'

export interface NoAnswer {
  /**
   * Node's: ECONNREFUSED, ENOTFOUND, a code of OpenSSL's, ETIMEDOUT for our own time limit; or
   * `deadlinePassed`.
   */
  readonly code: string | undefined
  /** Node's own words. */
  readonly detail: string
  /** The time limit. */
  readonly seconds: number
  /** Then what could not be reached may be the proxy, which Node's own words name. */
  readonly throughProxy: boolean
}

export function connectionError(
  asked: Asked,
  { code, detail, seconds, throughProxy }: NoAnswer,
): ConnectionError {
  const { host, hostname } = new URL(asked.url)
  const say = (cause: string, hint?: string): ConnectionError =>
    new ConnectionError(requestFailed(asked, cause), hint === undefined ? {} : { hint })
  const unreached = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  if (throughProxy && unreached) return say(detail, proxyHint)
  switch (code) {
    case 'ECONNREFUSED':
      return say(
        `dial tcp ${host}: connect: connection refused`,
        'check that the gateway runs, and that --kong-addr is the address of its Admin API',
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`dial tcp: lookup ${hostname}: no such host`, 'check the host name in --kong-addr')
    case deadlinePassed:
      return say('no response before the end of the run (--deadline)', '--deadline SECONDS allows more time')
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
      return say(`no response within ${seconds} s`, '--timeout SECONDS allows more time')
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`dial tcp ${host}: no route to host`, 'check the address in --kong-addr')
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return say(
        'the server does not speak TLS',
        'if the Admin API speaks plain HTTP, write http:// in --kong-addr',
      )
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_HAS_EXPIRED':
      return say(
        detail,
        'give its CA certificate with --ca-cert-file; --tls-skip-verify accepts any certificate',
      )
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return say(detail, 'set the name in the certificate with --tls-server-name')
    case 'ECONNRESET':
    case 'EPIPE':
      return say(
        'the server closed the connection without a response',
        'if the Admin API speaks HTTPS, write https:// in --kong-addr',
      )
    default:
      return say(code?.startsWith('HPE_') ? `the server does not speak HTTP (${detail})` : detail)
  }
}

/**
 * An answer with a status of 400 and more, as Kong words it or as it was found.
 *
 * @param values which the answer may repeat, and no message
 */
export function apiError(
  { method, path }: { readonly method: string; readonly path: string },
  status: number,
  body: unknown,
  values: readonly Hidden[],
): AdminApiError {
  if (!isRecord(body) || typeof body['message'] !== 'string') {
    const answer = typeof body === 'string' ? shownSentence(body, values) : shownJson(body, values)
    const kongMessage = excerptOf(body, values) ?? notShown
    return new AdminApiError({ method, path, status, kongMessage, answer })
  }
  const { message, name } = body
  // A sentence is below the name of its field.
  const [fields, flattened] = [body['fields'], body['flattened_errors']].map(sentences =>
    shownJson(sentences, values, () => false),
  )
  return new AdminApiError({
    method,
    path,
    status,
    kongMessage: shownSentence(message, values) ?? notShown,
    kongName: typeof name === 'string' ? name : undefined,
    fields: isRecord(fields) ? fields : undefined,
    flattened,
  })
}

/** An answer that is not JSON although it says all is well: a web page, a proxy's greeting. */
export function notAnAdminApi(
  method: string,
  url: string,
  contentType: string,
  excerpt: string,
): ConnectionError {
  return new ConnectionError(
    `${verb(method)} "${url}": the response is not JSON (${contentType || 'no content type'}): ${excerpt}`,
    { hint: 'this is not an Admin API; it usually listens on port 8001, the proxy on 8000' },
  )
}

export function redirected(method: string, url: string, status: number, location: string): ConnectionError {
  return new ConnectionError(
    `${verb(method)} "${url}": HTTP status ${status}, a redirect to ${withoutQuery(location)}`,
    {
      hint: 'redirects are not followed, so that no token reaches another server; give the final address with --kong-addr',
    },
  )
}

/** An address may have a password, and its query a token. */
const withoutQuery = (location: string): string =>
  location.replace(/^(\w+:)?\/\/[^/?#]*@/, '$1//[masked]@').replace(/\?.*$/s, '?…')
