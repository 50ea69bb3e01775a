#!/usr/bin/env node
// Starts the built program. The build is one file, run from V8's code cache: start-up is paid on every call in CI.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const bundle = join(root, 'dist', 'deck.cjs')

if (!existsSync(bundle)) {
  process.stderr.write('Error: deck is not built yet\nhint: npm install && npm run build\n')
  process.exit(1)
}

// A reader that went away (`deck dump | head`) is no failure of ours.
process.stdout.on('error', error => process.exit(error.code === 'EPIPE' ? 0 : 1))

const cacheFile = `${bundle}.cache`
const cachedData = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined
const source = readFileSync(bundle, 'utf8')
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: bundle,
  ...(cachedData && { cachedData }),
})
const module = { exports: {} }
script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle))

if (process.env.DECK_WRITE_CODE_CACHE === cacheFile) {
  const { writeFileSync } = await import('node:fs')
  process.on('exit', () => writeFileSync(cacheFile, script.createCachedData()))
}
await module.exports.main(process.argv.slice(2), root)
