/** A vault: where `{vault://prefix/…}` references are looked up. */
import { defineEntity } from '../language/define.ts'
import { created_at, id, tags, updated_at } from '../language/fields.ts'

export const vault = defineEntity({
  kind: 'vault',
  optional: true,
  schema: 'vaults',
  adminPath: 'vaults',
  fileKey: 'vaults',
  onlineName: 'Vaults',
  endpointKey: 'prefix',
  place: 11,
  jsonKeys: 'id name description prefix config tags',
  since: '3.0',
  keys: [['prefix']],
  present: {
    one: 'Vault',
    many: 'Vaults',
    columns: 'prefix name description tags',
    first: 'name prefix description config tags',
    help: {
      name: 'The kind of vault, for example env.',
      prefix: 'The name to refer to it by: {vault://prefix/secret}.',
    },
    about: 'A vault keeps secrets outside of the configuration.',
  },
  cacheKey: ['prefix'],
  fields: {
    id,
    prefix: {
      type: 'string',
      required: true,
      unique: true,
      unique_across_ws: true,
      match: '^[a-z][a-z%d-]-[a-z%d]+$',
      not_one_of: ['env'],
      description: 'The unique prefix (or identifier) for this Vault configuration.',
    },
    name: {
      type: 'string',
      required: true,
      description: "The name of the Vault that's going to be added.",
    },
    description: { type: 'string', description: 'The description of the Vault entity.' },
    config: {
      type: 'record',
      abstract: true,
      description:
        "The configuration properties for the Vault which can be found on the vaults' documentation page.",
    },
    created_at,
    updated_at,
    tags,
  },
  subschema: {
    key: 'name',
    // The one vault that needs nothing but Kong itself; the others are Kong Enterprise's.
    types: {
      env: {
        fields: {
          config: {
            required: true,
            fields: {
              prefix: {
                type: 'string',
                match: '^[%a_-][%a%d_-]*$',
                description: 'The prefix for the environment variable that the value will be stored in.',
              },
            },
          },
        },
      },
    },
    unknown: name => `vault '${name}' is not installed`,
  },
})
