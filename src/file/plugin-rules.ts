/**
 * decK 1.65 refuses some plugins of Kong Enterprise whatever the gateway says; `--errors-as-warnings`
 * accepts them. The gateway checks their values.
 */
import type { Version } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { State, StateEntity } from '../state/state.ts'
import { valueAt } from './document.ts'
import type { StateFile } from './merge.ts'
import { problem } from './problem.ts'

type Config = Readonly<Record<string, unknown>>

interface PluginRule {
  readonly plugin: string
  readonly code: string
  /** From this version of the gateway on. */
  readonly since?: Pick<Version, 'major' | 'minor'>
  /** Not where groups have their limits in the older way. */
  readonly unlessOverrides?: boolean
  readonly isBroken: (config: Config) => boolean
  readonly message: string
  readonly hint: string
}

const rules: readonly PluginRule[] = [
  {
    plugin: 'openid-connect',
    code: 'oidc-missing-required-config',
    isBroken: ({ cache_tokens_salt: salt }) => salt === undefined || salt === null || salt === '',
    message:
      'openid-connect plugin requires explicit non-empty config values for cache_tokens_salt to avoid regenerating session credentials during sync',
    hint: 'give it a random text of 32 characters, and keep it',
  },
  {
    plugin: 'rate-limiting-advanced',
    code: 'rla-consumer-groups-deprecated',
    since: { major: 3, minor: 4 },
    unlessOverrides: true,
    isBroken: ({ consumer_groups: groups, enforce_consumer_groups: enforced }) =>
      (Array.isArray(groups) && groups.length > 0) || enforced === true,
    message:
      'rate-limiting-advanced has consumer_groups or enforce_consumer_groups: from Kong Enterprise 3.4 on, groups have plugins of their own',
    hint: 'write the plugin inside the consumer group',
  },
]

function holds({ since, unlessOverrides }: PluginRule, { version, policyOverrides }: Circumstances): boolean {
  if (unlessOverrides === true && policyOverrides === true) return false
  if (since === undefined) return true
  if (version === undefined) return false
  return version.major > since.major || (version.major === since.major && version.minor >= since.minor)
}

/** The conditions of the rules. */
interface Circumstances {
  /** The gateway's version; absent without a gateway: rules of single versions do not apply then. */
  readonly version?: Version
  /**
   * Groups have their limits in the older way (`--consumer-group-policy-overrides`, `_info`). Default: false.
   */
  readonly policyOverrides?: boolean
}

/** `_info.consumer_group_policy_overrides`, in any of the documents. */
export const hasPolicyOverrides = ({ documents }: StateFile): boolean =>
  documents.some(({ content }) => valueAt(content, ['_info', 'consumer_group_policy_overrides']) === true)

export function pluginRuleProblems(
  state: State,
  schemas: Schemas,
  circumstances: Circumstances = {},
): Diagnostic[] {
  return schemas.kinds.flatMap(({ kind, subschema }) =>
    subschema === undefined
      ? []
      : state
          .all(kind)
          .flatMap(entity => entityProblems(entity, String(entity.fields[subschema.key]), circumstances)),
  )
}

function entityProblems(
  { fields, origin }: StateEntity,
  name: string,
  circumstances: Circumstances,
): Diagnostic[] {
  const config = isRecord(fields['config']) ? fields['config'] : {}
  return rules
    .filter(rule => rule.plugin === name && holds(rule, circumstances) && rule.isBroken(config))
    .map(({ code, message, hint }) =>
      problem(code, message, origin?.document.whereIs([...origin.path, 'config'], 'key'), { hint }),
    )
}
