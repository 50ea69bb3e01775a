/**
 * One endpoint that a role may or may not use (Kong Enterprise). It is found by its workspace and endpoint.
 */
import { defineEntity } from '../language/define.ts'
import { created_at, updated_at } from '../language/fields.ts'

export const rbacEndpointPermission = defineEntity({
  kind: 'rbac-endpoint-permission',
  schema: 'rbac_role_endpoints',
  adminPath: 'endpoints',
  fileKey: 'endpoint_permissions',
  onlineName: 'RBACEndpointPermissions',
  collection: false,
  putCreates: false,
  enterprise: true,
  keys: [['role', 'workspace', 'endpoint']],
  demandedInFiles: ['workspace', 'endpoint'],
  fields: {
    role: { type: 'foreign', reference: 'rbac_roles', required: true, on_delete: 'cascade', nest: 'only' },
    workspace: { type: 'string', required: true },
    endpoint: { type: 'string', required: true },
    actions: { type: 'set', elements: { type: 'string' } },
    negative: { type: 'boolean', default: false },
    comment: { type: 'string' },
    created_at,
    updated_at,
  },
  address: ({ workspace, endpoint }) => `${workspace}${endpoint}`,
  title: ({ workspace, endpoint }) => `${workspace}${endpoint}`,
})
