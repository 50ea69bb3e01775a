/**
 * The order of keys in JSON dumps: decK's (source: recorded dumps, and the field order of the types that decK writes them from). It is only for
 * the eye, and for comparing two dumps as text: a key or a kind that is not listed comes last, by name.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const topOrder = words(
  '_format_version _info _workspace services routes consumers consumer_groups plugins filter_chains upstreams certificates ca_certificates vaults keys key_sets',
)

/** By the array that an entity stands in. */
const entities: Readonly<Record<string, readonly string[]>> = {
  services:
    words(`client_certificate connect_timeout host id name path port protocol read_timeout retries write_timeout
    tags tls_verify tls_verify_depth ca_certificates enabled routes plugins`),
  routes:
    words(`hosts headers id name methods paths path_handling preserve_host protocols regex_priority service
    strip_path snis sources destinations tags https_redirect_status_code request_buffering response_buffering plugins`),
  consumers: words(`id custom_id username tags plugins keyauth_credentials hmacauth_credentials jwt_secrets
    basicauth_credentials oauth2_credentials acls`),
  plugins: words('id name instance_name config service consumer route enabled protocols tags'),
  upstreams: words(`id name host_header client_certificate algorithm slots healthchecks hash_on hash_fallback
    hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path hash_on_query_arg hash_fallback_query_arg
    hash_on_uri_capture hash_fallback_uri_capture use_srv_name tags targets`),
  targets: words('id target weight tags'),
  keyauth_credentials: words('id key tags'),
  hmacauth_credentials: words('id username secret tags'),
  jwt_secrets: words('id algorithm key rsa_public_key secret tags'),
  basicauth_credentials: words('id username password tags'),
  oauth2_credentials: words('id name client_id client_secret client_type hash_secret redirect_uris tags'),
  acls: words('id group tags'),
  certificates: words('id cert key tags snis'),
  snis: words('id name tags'),
  ca_certificates: words('id cert cert_digest tags'),
  vaults: words('id name description prefix config tags'),
  keys: words('id set name kid jwk pem tags'),
  key_sets: words('id name tags'),
}

/** Within `healthchecks`, and within `pem`. */
const records =
  words(`active passive threshold concurrency healthy http_path https_sni https_verify_certificate type
  timeout unhealthy headers http_failures http_statuses tcp_failures timeouts interval successes public_key private_key`)

/** @param array `services`; absent for what is inside a field */
export function keyOrder(array?: string): readonly string[] {
  return array === undefined ? records : (entities[array] ?? [])
}

/** A copy with the keys in that order, then all others by name. */
export function withKeysIn<T>(
  order: readonly string[],
  value: Readonly<Record<string, T>>,
): Record<string, T> {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const names = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(names.map(name => [name, value[name] as T]))
}
