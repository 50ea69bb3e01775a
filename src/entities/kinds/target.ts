/** A target: one address behind an upstream, with its share of the traffic. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { id, tags } from '../language/fields.ts'

/** Targets alone keep their times in seconds with milliseconds behind the point. */
const timestamp = {
  type: 'number',
  timestamp: true,
  auto: true,
  description: 'A number representing an automatic Unix timestamp in milliseconds.',
} as const

export const target = defineEntity({
  kind: 'target',
  schema: 'targets',
  adminPath: 'targets',
  collection: false,
  putCreates: false,
  fileKey: 'targets',
  onlineName: 'Targets',
  endpointKey: 'target',
  jsonKeys: 'id target weight tags',
  rendered: () => 'weight',
  keys: [['upstream', 'target']],
  present: {
    one: 'Target',
    many: 'Targets',
    columns: 'target weight tags',
    first: 'target weight tags',
    isBelow: true,
    isBelowConfiguration: true,
    help: {
      target: 'A host name or address, alone or as host:port.',
      weight: 'Its share of the traffic, compared with the other targets. 0: none.',
    },
    about: 'A target is one address behind the upstream.',
  },
  uniqueTogether: [{ fields: ['upstream', 'target'], since: '3.0' }],
  listOrder: 'newest-first',
  fields: {
    id,
    created_at: timestamp,
    updated_at: { ...timestamp, overwritten: true, since: '3.0' },
    upstream: {
      type: 'foreign',
      reference: 'upstreams',
      required: true,
      on_delete: 'cascade',
      nest: 'only',
      description: 'The unique identifier or the name of the upstream for which to update the target.',
    },
    target: {
      type: 'string',
      required: true,
      format: 'host-port',
      description: 'The target address (ip or hostname) and port.',
    },
    weight: {
      type: 'integer',
      default: 100,
      never_null: true,
      between: [0, 65535],
      description: 'The weight this target gets within the upstream loadbalancer (0-65535).',
    },
    tags,
  },
  title: (target, nameOf) => {
    const upstream = (target['upstream'] as { id?: string } | null)?.id
    return `${target['target']} for upstream ${upstream === undefined ? '' : nameOf('upstreams', upstream)}`
  },
})

export type Target = EntityOf<typeof target>
