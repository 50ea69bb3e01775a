/** The permissions of a token of the Admin API (Kong Enterprise). */
import { defineEntity } from '../language/define.ts'
import { created_at, id, updated_at } from '../language/fields.ts'

export const rbacRole = defineEntity({
  kind: 'rbac-role',
  schema: 'rbac_roles',
  adminPath: 'rbac/roles',
  fileKey: 'rbac_roles',
  onlineName: 'RBACRoles',
  endpointKey: 'name',
  enterprise: true,
  keys: [['name']],
  fields: {
    id,
    name: { type: 'string', required: true, unique: true },
    comment: { type: 'string' },
    is_default: { type: 'boolean' },
    created_at,
    updated_at,
  },
})
