import { functionPlugin } from './pre-function.ts'

export const postFunction = functionPlugin('post-function', -1000)
