#!/usr/bin/env node
// Starts the built program. Its files are run from V8's code cache, and this one is CommonJS, because
// start-up is paid on every call in CI (docs/decisions/2026-11-21-start-up.md has the figures).
'use strict'
const { existsSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { basename, join, resolve } = require('node:path')
const { Script } = require('node:vm')
const { start } = require('./start.js')

const root = resolve(__dirname, '..')
const dist = join(root, 'dist')
const loaded = new Map()
/** Set by the build, whose runs go on from one another's cache: the file whose cache this run writes. */
const cacheFor = process.env.DECK_WRITE_CODE_CACHE

/**
 * A file of dist/ as a CommonJS module, compiled from its code cache. V8 refuses a cache that another version
 * of it wrote.
 */
function load(file) {
  const known = loaded.get(file)
  if (known !== undefined) return known.module.exports
  const cache = cacheOf(file)
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined
  // The build writes ASCII only; read as such, V8 takes the text as it is.
  const text = readFileSync(file, 'latin1')
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  })
  const isUseful = cachedData !== undefined && !script.cachedDataRejected
  if (cacheFor === undefined ? !isUseful : cacheFor === basename(file)) {
    process.once('exit', () => writeCodeCache(file))
  }
  const module = { exports: {} }
  loaded.set(file, { module, script, cache })
  const requireFrom = createRequire(file)
  const require = id => (id.startsWith('./') ? load(join(dist, id)) : requireFrom(id))
  script.runInThisContext()(module.exports, require, module, file, dist)
  return module.exports
}

/**
 * A cache is good for one version of V8 on one kind of processor. The package has none: the first run makes
 * it.
 */
const cacheOf = file => `${file}.${process.versions.v8}-${process.arch}.cache`

/**
 * Keeps what V8 compiled while the program ran. Two runs may do so at once; an installation may be read-only.
 */
function writeCodeCache(file) {
  const used = loaded.get(file)
  if (used === undefined) return
  const part = `${used.cache}.${process.pid}`
  try {
    writeFileSync(part, used.script.createCachedData())
    renameSync(part, used.cache)
  } catch {
    rmSync(part, { force: true })
  }
}

if (existsSync(join(dist, 'deck.cjs'))) start(() => load(join(dist, 'deck.cjs')), process.argv.slice(2), root)
else {
  process.stderr.write('Error: deck is not built yet\nhint: npm install && npm run build\n')
  process.exitCode = 1
}
