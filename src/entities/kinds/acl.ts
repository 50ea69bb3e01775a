/** A group that a consumer belongs to, for the acl plugin. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { consumer_owner, created_at, credential, id, tags } from '../language/fields.ts'
import { withConsumer } from '../language/identity.ts'

export const acl = defineEntity({
  kind: 'acl-group',
  schema: 'acls',
  adminPath: 'acls',
  fileKey: 'acls',
  onlineName: 'ACLGroups',
  jsonKeys: 'id group tags',
  keys: [['consumer', 'group']],
  present: {
    ...credential,
    one: 'ACL group',
    many: 'Groups (acl)',
    key: 'group',
    columns: 'group tags',
    first: 'group tags',
  },
  uniqueTogether: [{ fields: ['consumer', 'group'] }],
  fields: {
    id,
    created_at,
    consumer: consumer_owner,
    group: { type: 'string', required: true },
    tags,
  },
  title: (acl, nameOf) => withConsumer(String(acl['group']), acl, nameOf),
})

export type Acl = EntityOf<typeof acl>
