/** The membership of a consumer in a group (Kong Enterprise). It has no id. */
import { defineEntity, type NameOf } from '../language/define.ts'

const title = ({ consumer }: Readonly<Record<string, unknown>>, nameOf: NameOf): string =>
  nameOf('consumers', String((consumer as { id?: unknown } | null)?.id))

export const consumerGroupConsumer = defineEntity({
  kind: 'consumer-group-consumer',
  schema: 'consumer_group_consumers',
  adminPath: 'consumers',
  fileKey: 'groups',
  collection: false,
  putCreates: false,
  enterprise: true,
  link: { owner: 'consumer_group', member: 'consumer', ownerKey: 'consumers' },
  home: 'consumer_group',
  keys: [['consumer_group', 'consumer']],
  fields: {
    consumer_group: { type: 'foreign', reference: 'consumer_groups', required: true, on_delete: 'cascade' },
    consumer: {
      type: 'foreign',
      reference: 'consumers',
      required: true,
      on_delete: 'cascade',
      nest: 'only',
    },
  },
  title,
})
