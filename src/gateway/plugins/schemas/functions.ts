/** Lua code of one phase, for pre-function and post-function. */
import type { Field } from '../../../entities/define.ts'

export const functions = {
  type: 'array',
  description:
    'Custom functions, which can be user-defined, are cached and executed sequentially during specific phases: `certificate`, `rewrite`, `access`, `header_filter`, `body_filter`, and `log`.',
  elements: { type: 'string', required: false },
} as const satisfies Field
