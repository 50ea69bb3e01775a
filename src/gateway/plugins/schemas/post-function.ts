/** What pre-function is before all other plugins, after them. */
import type { PluginDefinition } from '../define.ts'
import { preFunction } from './pre-function.ts'

export const postFunction = {
  ...preFunction,
  name: 'post-function',
  priority: -1000,
} as const satisfies PluginDefinition
