// Builds dist/: the command line and the gateway as one file each, the Manager page, man pages,
// and V8's code caches. Does nothing where dist/ is made from what is there now.
// Why so: docs/decisions/2026-11-21-start-up.md.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { fingerprint } from './build/fingerprint.js'
import { licencesOf } from './build/licences.js'
import { buildPage } from './build/page.js'
import {
  borrowed,
  lender,
  nothingDrawn,
  nothingFetched,
  packedAsyncApi,
  packedRustRegex,
  packedUnidecode,
  schemasOnce,
  undiciClientAlone,
  writePacked,
} from './build/slimming.js'
import { warmUp } from './build/warm-up.js'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const stamp = join(dist, 'made-from')

const madeFrom = () =>
  fingerprint(root, [
    'src',
    'bin',
    'scripts/build.js',
    'scripts/build',
    'scripts/pcre2',
    'package.json',
    'package-lock.json',
  ])

const isUpToDate = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom()

/**
 * What one command alone needs, and is large, is a file of its own, loaded by that command: the gateway by
 * `serve`, Spectral's 4 MB by `file lint`.
 */
const apart = {
  name: 'apart',
  setup: build => {
    const files = {
      gateway: './gateway.cjs',
      lint: './lint.cjs',
    }
    build.onResolve({ filter: /\/(?:gateway\/gateway|lint\/lint)\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: files[basename(path, '.ts')], external: true } : undefined,
    )
  },
}

/** Its usual build requires its parts by names that esbuild cannot follow. */
const jsoncParser = {
  name: 'jsonc-parser',
  setup: build => {
    build.onResolve({ filter: /^jsonc-parser$/ }, ({ resolveDir }) => {
      const main = createRequire(join(resolveDir, 'x.js')).resolve('jsonc-parser')
      return { path: main.replace(/([\\/])umd[\\/]/, '$1esm$1') }
    })
  },
}

/**
 * Both programs throw and catch the same classes: with a copy of them in each file, `instanceof` would not
 * know the other's errors.
 */
const errorsApart = {
  name: 'errors-apart',
  setup: build => {
    build.onResolve({ filter: /\/errors\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === join(root, 'src/errors.ts')
        ? { path: './errors.cjs', external: true }
        : undefined,
    )
  },
}

/**
 * oclif's files require one another, and all their libraries, at their heads: 150 files for `deck ping`. Its
 * compiler writes every use as `name.member`, so each can be required at its first use instead (what Babel's
 * CommonJS transform calls `lazy`).
 */
const oclifLazy = {
  name: 'oclif-lazy',
  setup: build => {
    build.onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const names = []
      const declaration = /^const (\w+) = ((?:__importDefault\(|__importStar\()?require\("[^"]+"\)\)?);$/gm
      const text = readFileSync(path, 'utf8').replace(declaration, (_, name, value) => {
        names.push(name)
        return `let ${name}$; const ${name} = () => ${name}$ ??= ${value};`
      })
      const used = new RegExp(`\\b(${names.join('|')})(?=\\.\\w)`, 'g')
      return { contents: names.length === 0 ? text : text.replace(used, '($1())'), loader: 'js' }
    })
  },
}

/**
 * What axios asks for at its head and this program never uses: forms, HTTP/2, redirects (`maxRedirects` is
 * 0), unpacking (`decompress` is false), and adapters by their names.
 */
const unusedByAxios = {
  zlib: 'module.exports = { constants: {} }',
  'form-data': 'module.exports = class FormData {}',
  http2: 'module.exports = { constants: {} }',
  'follow-redirects': "module.exports = { http: require('node:http'), https: require('node:https') }",
  './http.js': 'export default false',
  './xhr.js': 'export default false',
  './fetch.js': 'export const getFetch = undefined',
}

/**
 * axios looks whether there is a FormData; merely looking makes Node load undici, 15 ms. Requests go by
 * node:http.
 */
const axiosAlone = {
  name: 'axios-alone',
  setup: build => {
    build.onLoad({ filter: /axios[\\/]lib[\\/]utils\.js$/ }, ({ path }) => ({
      contents: `const globalThis = Object.create(global, { FormData: { value: undefined } });${readFileSync(path, 'utf8')}`,
      loader: 'js',
    }))
    build.onResolve({ filter: /./ }, ({ path, importer }) =>
      /axios[\\/]lib[\\/]/.test(importer) && path in unusedByAxios
        ? { path, namespace: 'unused' }
        : undefined,
    )
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({
      contents: unusedByAxios[path],
      loader: 'js',
      resolveDir: root,
    }))
  },
}

/** Modules that cost a millisecond or more to load, and that few runs use anything of. */
const costly = ['crypto', 'https', 'readline', 'fs/promises', 'zlib', 'yaml', 'https-proxy-agent']

/**
 * Each stands behind a proxy until something of it is used. esbuild makes objects with a module's prototype
 * of what ES modules import.
 */
const atFirstUse = {
  name: 'at-first-use',
  setup: build => {
    const filter = new RegExp(`^(?:node:)?(?:${costly.join('|')})$`)
    build.onResolve({ filter }, ({ path, namespace, resolveDir }) =>
      namespace === 'first-use' ? undefined : { path, namespace: 'first-use', pluginData: resolveDir },
    )
    build.onLoad({ filter, namespace: 'first-use' }, ({ path, pluginData }) => ({
      contents: `let loaded
        const module$ = () => loaded ??= require(${JSON.stringify(path)})
        const stand = new Proxy(function () {}, {
          get: (_, name) => name === '__esModule' ? undefined : module$()[name],
          construct: (_, values) => new (module$())(...values),
          getPrototypeOf: () => stand,
        })
        module.exports = stand`,
      loader: 'js',
      resolveDir: pluginData,
    }))
  },
}

/**
 * A program, and others that consist of the same code: they stand in its bundle, and are run when the files
 * `also` names ask for them.
 *
 * @param also names of files in dist/, and the sources that they stand for
 * @param lends libraries that other bundles take from this one
 * @returns the files that went into it
 */
async function bundle(entry, outfile, plugins, { also = {}, lends = [], ...options } = {}) {
  const { build } = await import('esbuild')
  const others = Object.entries(also).map(
    ([name, source]) => `export const ${name} = () => require('./${source}')`,
  )
  const libraries = lends.map(name => `export const ${lender(name)} = () => require('${name}')`)
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: [`export * from './${entry}'`, ...others, ...libraries].join('\n'), resolveDir: root },
    outfile: join(dist, outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // Native code cannot be bundled; oclif would load the compiler's 9 MB to run commands from their sources.
    external: ['typescript', 'lmdb', 'tsx'],
    mainFields: ['main', 'module'],
    conditions: ['require', 'node'],
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'undefined' },
    logOverride: { 'empty-import-meta': 'silent', 'require-resolve-not-external': 'silent' },
    metafile: true,
    plugins: [packedRustRegex, ...plugins],
    ...options,
  })
  for (const name of Object.keys(also)) writePart(name, outfile)
  return Object.keys(metafile.inputs)
}

/** Node finds the names for `import { validate } from '@deck-ts/deck'` in the text. */
function writePart(name, bundleName) {
  const part = join(dist, `${name}.cjs`)
  const code = `module.exports = require('./${bundleName}').${name}()\n`
  writeFileSync(part, code)
  if (name !== 'library') return
  const names = Object.keys(createRequire(part)(part))
  writeFileSync(part, `${code}0 && (module.exports = { ${names.join(', ')} })\n`)
}

/** Man pages, which npm links where `man` looks for them. */
async function writeManPages() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const pages = await createRequire(join(dist, 'deck.cjs'))('./deck.cjs').writtenManPages(version)
  rmSync(join(root, 'man'), { recursive: true, force: true })
  mkdirSync(join(root, 'man'))
  for (const [name, text] of pages) writeFileSync(join(root, 'man', name), text)
}

/** The schemas of state files, for editors: published with the package. */
function writeSchemas() {
  mkdirSync(join(dist, 'schema'))
  for (const version of ['2.8', '3.9']) {
    const file = join(dist, 'schema', `kong-${version}.json`)
    const argv = ['file', 'schema', '--kong-version', version, '-o', file]
    execFileSync(process.execPath, [join(root, 'bin/run.js'), ...argv], { env: { HOME: dist } })
  }
}

/** @returns whether there was anything to do */
export async function build() {
  if (isUpToDate()) return false
  const from = madeFrom()
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })
  const bundled = [
    ...(await bundle('src/errors.ts', 'errors.cjs', [])),
    ...(await bundle(
      'src/main.ts',
      'deck.cjs',
      [apart, errorsApart, oclifLazy, nothingDrawn, axiosAlone, packedUnidecode, atFirstUse],
      {
        also: { library: 'src/library/library.ts', thread: 'src/manager/thread-program.ts' },
        lends: ['yaml', 're2js'],
      },
    )),
    ...(await bundle(
      'src/gateway/gateway.ts',
      'gateway.cjs',
      [errorsApart, undiciClientAlone, borrowed('yaml')],
      {
        also: { worker: 'src/gateway/workers/program.ts' },
      },
    )),
    // Nearly all of it is Spectral: what is short in its stack traces is nothing of ours.
    ...(await bundle(
      'src/transform/lint/lint.ts',
      'lint.cjs',
      [errorsApart, jsoncParser, nothingFetched, schemasOnce, packedAsyncApi, borrowed('re2js')],
      {
        minifyIdentifiers: true,
      },
    )),
    ...(await buildPage(root, join(dist, 'manager'))),
  ]
  writePacked(root, dist)
  writeFileSync(join(dist, 'licences.txt'), licencesOf(root, bundled))
  await writeManPages()
  writeSchemas()
  await warmUp(root)
  writeFileSync(stamp, from)
  return true
}

if (process.argv[1] === import.meta.filename) {
  console.log((await build()) ? 'built dist/' : 'dist/ is up to date')
}
