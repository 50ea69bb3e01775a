// `npm run test:binary`: builds the standalone program and runs the command line's tests with it.
import { join, resolve } from 'node:path'
import { buildBinaries } from './build-binary.js'
import { runNode } from './test/children.js'

const root = resolve(import.meta.dirname, '..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const [program] = await buildBinaries()
const env = { ...process.env, DECK_BIN: program }
const isGood = await runNode([vitest, 'run', 'test/cli', ...process.argv.slice(2)], { cwd: root, env })
process.exitCode = isGood ? 0 : 1
