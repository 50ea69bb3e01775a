// Vitest's global set-up: the tests end when whoever started them is killed.
import { whenOrphaned } from './children.js'

export default () => whenOrphaned(() => process.kill(process.pid, 'SIGTERM'))
