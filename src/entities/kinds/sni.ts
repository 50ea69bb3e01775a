/** A server name that a certificate is shown for. */
import { defineEntity } from '../language/define.ts'
import type { EntityOf } from '../language/entity-of.ts'
import { created_at, id, tags, updated_at_since_3 } from '../language/fields.ts'

export const sni = defineEntity({
  kind: 'sni',
  schema: 'snis',
  adminPath: 'snis',
  fileKey: 'snis',
  onlineName: 'SNIs',
  endpointKey: 'name',
  place: 10,
  keys: [['name']],
  present: {
    one: 'SNI',
    many: 'SNIs',
    columns: 'name certificate tags',
    first: 'name certificate tags',
    about: 'An SNI is a server name that a certificate is shown for.',
  },
  fields: {
    id,
    name: {
      type: 'string',
      required: true,
      unique: true,
      unique_across_ws: true,
      format: 'wildcard-sni',
      description: 'A string representing a wildcard host name, such as *.example.com.',
    },
    created_at,
    updated_at: updated_at_since_3,
    tags,
    certificate: {
      type: 'foreign',
      reference: 'certificates',
      required: true,
      nest: 'only',
      description: 'The id (a UUID) of the certificate with which to associate the SNI hostname.',
    },
  },
})

export type Sni = EntityOf<typeof sni>
