/** What decK 1.65 refuses of plugins of Kong Enterprise whatever the gateway says; `--errors-as-warnings` lets them through. The values are the gateway's to check. */
import type { Version } from '../entities/define.ts'
import { isRecord } from '../entities/rules.ts'
import type { Schemas } from '../entities/schemas.ts'
import type { Diagnostic } from '../errors.ts'
import type { State, StateEntity } from '../state/state.ts'
import { problem } from './problem.ts'

type Config = Readonly<Record<string, unknown>>

interface PluginRule {
  readonly plugin: string
  readonly code: string
  /** From this version of the gateway on. */
  readonly since?: Pick<Version, 'major' | 'minor'>
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
    isBroken: ({ consumer_groups: groups, enforce_consumer_groups: enforced }) =>
      (Array.isArray(groups) && groups.length > 0) || enforced === true,
    message:
      'rate-limiting-advanced has consumer_groups or enforce_consumer_groups: from Kong Enterprise 3.4 on, groups have plugins of their own',
    hint: 'write the plugin inside the consumer group',
  },
]

const reaches = ({ major, minor }: Version, { since = { major: 0, minor: 0 } }: PluginRule): boolean =>
  major > since.major || (major === since.major && minor >= since.minor)

export function pluginRuleProblems(state: State, schemas: Schemas): Diagnostic[] {
  return schemas.kinds.flatMap(({ kind, subschema }) =>
    subschema === undefined
      ? []
      : state
          .all(kind)
          .flatMap(entity => entityProblems(entity, String(entity.fields[subschema.key]), schemas)),
  )
}

function entityProblems({ fields, origin }: StateEntity, name: string, { version }: Schemas): Diagnostic[] {
  const config = isRecord(fields['config']) ? fields['config'] : {}
  return rules
    .filter(rule => rule.plugin === name && reaches(version, rule) && rule.isBroken(config))
    .map(({ code, message, hint }) =>
      problem(code, message, origin?.document.whereIs([...origin.path, 'config'], 'key'), { hint }),
    )
}
