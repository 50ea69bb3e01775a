/** Shared fields of authentication plugins. */
import type { Field } from '../../language/define.ts'

export const hideCredentials = <const D extends string>(description: D) =>
  ({ type: 'boolean', required: true, default: false, description }) as const satisfies Field

export const anonymous = <const D extends string>(description: D) =>
  ({ type: 'string', description }) as const satisfies Field

export const realm = {
  type: 'string',
  required: false,
  description:
    'When authentication fails the plugin sends `WWW-Authenticate` header with `realm` attribute value.',
  since: '3.0',
} as const satisfies Field
