/** A consumer: who calls. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, tags, updated_at_since_3 } from '../language/fields.ts'

export const consumer = defineEntity({
  kind: 'consumer',
  schema: 'consumers',
  adminPath: 'consumers',
  fileKey: 'consumers',
  onlineName: 'Consumers',
  endpointKey: 'username',
  place: 3,
  jsonKeys: `id custom_id username tags plugins keyauth_credentials hmacauth_credentials jwt_secrets
    basicauth_credentials oauth2_credentials acls`,
  keys: [['username'], ['custom_id']],
  present: {
    one: 'Consumer',
    many: 'Consumers',
    columns: 'username custom_id tags',
    first: 'username custom_id tags',
    about: 'A consumer is who calls: a person, a program, a partner.',
  },
  fields: {
    id,
    created_at,
    updated_at: updated_at_since_3,
    username: {
      type: 'string',
      unique: true,
      description:
        'The unique username of the Consumer. You must send at least one of username or custom_id with the request.',
    },
    custom_id: {
      type: 'string',
      unique: true,
      description:
        'Stores the existing unique ID of the consumer. You must send at least one of username or custom_id with the request.',
    },
    tags,
  },
  entity_checks: [{ at_least_one_of: ['custom_id', 'username'] }],
  title: consumer => String(consumer['username'] ?? consumer['custom_id'] ?? consumer['id']),
})

export type Consumer = EntityOf<typeof consumer>
