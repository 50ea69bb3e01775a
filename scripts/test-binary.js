// `npm run test:binary`: builds the standalone program and runs the command line's tests with it.
import { join, resolve } from 'node:path'
import { buildBinaries } from './build-binary.js'
import { runNode } from './test/children.js'

const root = resolve(import.meta.dirname, '..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
// What the package alone can: be installed, and serve with several processes.
const ofThePackage = ['install', 'workers'].flatMap(name => ['--exclude', `test/cli/${name}.test.ts`])
const [program] = await buildBinaries()
const env = { ...process.env, DECK_BIN: program }
const argv = [vitest, 'run', 'test/cli', ...ofThePackage, ...process.argv.slice(2)]
const isGood = await runNode(argv, { cwd: root, env })
process.exitCode = isGood ? 0 : 1
