/** All recommended rules. docs/lint-rules.md explains each. */
import type { Rule } from './rule.ts'
import * as credentials from './rules/credentials.ts'
import * as routes from './rules/routes.ts'
import * as traffic from './rules/traffic.ts'

export const rules: readonly Rule[] = [
  credentials.plainSecret,
  credentials.noAuthentication,
  credentials.credentialsSentUpstream,
  credentials.keyInQuery,
  credentials.anyOriginWithCredentials,
  credentials.openAdminApi,
  routes.duplicateRoute,
  routes.deadRoute,
  routes.ambiguousRoutes,
  routes.catchAllRoute,
  routes.serviceWithoutRoute,
  traffic.plainUpstream,
  traffic.unverifiedCertificate,
  traffic.defaultTimeouts,
  traffic.retriesOfWrites,
  traffic.noHealthChecks,
  traffic.noTargets,
  traffic.unusedUpstream,
  traffic.localLimit,
]
