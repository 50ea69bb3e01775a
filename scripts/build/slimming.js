// What makes the package smaller: parts of libraries that this program never runs are replaced with something
// that fails loudly, so that a new version which needs them does not pass the tests; what is large is packed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

/** A module that a program may load and must not use. */
const unused = what => ({
  contents: `const fail = () => { throw new Error(${JSON.stringify(`${what} is not in this build`)}) }
    module.exports = new Proxy(fail, { get: (_, name) => name === '__esModule' ? undefined : fail, apply: fail })`,
  loader: 'js',
})

/** undici's client of one connection and its errors: a third of its code. Its fetch is for bodies of forms. */
export const undiciClientAlone = {
  name: 'undici-client-alone',
  setup: build => {
    build.onResolve({ filter: /^undici$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'undici-client',
      pluginData: resolveDir,
    }))
    build.onLoad({ filter: /./, namespace: 'undici-client' }, ({ pluginData }) => ({
      contents: `exports.Client = require('undici/lib/dispatcher/client.js')
        exports.errors = require('undici/lib/core/errors.js')`,
      loader: 'js',
      resolveDir: pluginData,
    }))
    build.onResolve({ filter: /[\\/]web[\\/]fetch[\\/]body\.js$/ }, ({ path, importer }) =>
      /undici[\\/]lib[\\/]dispatcher/.test(importer) ? { path, namespace: 'unused-fetch' } : undefined,
    )
    build.onLoad({ filter: /./, namespace: 'unused-fetch' }, () => unused("undici's fetch"))
  },
}

/** Rulesets and what they refer to are read from the disk; nothing is fetched. */
export const nothingFetched = {
  name: 'nothing-fetched',
  setup: build => {
    build.onResolve({ filter: /^node-fetch$/ }, ({ path }) => ({ path, namespace: 'unused-node-fetch' }))
    build.onLoad({ filter: /./, namespace: 'unused-node-fetch' }, () => unused('node-fetch'))
  },
}

/** Of oclif the parser of flags is used: no spinner turns, and no help is made of templates. */
export const nothingDrawn = {
  name: 'nothing-drawn',
  setup: build => {
    build.onResolve({ filter: /^(?:cli-spinners|ejs)$/ }, ({ path }) => ({
      path,
      namespace: 'unused-by-oclif',
    }))
    build.onLoad({ filter: /./, namespace: 'unused-by-oclif' }, ({ path }) => unused(path))
  },
}

/** Spectral has the same compiled schemas of OpenAPI, 780 KB, for two rulesets. */
export const schemasOnce = {
  name: 'schemas-once',
  setup: build => {
    build.onResolve({ filter: /^\.\.?\/.*schemas\/validators$/ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, `${path}.js`)
      const other = file.replace(/([\\/])arazzo([\\/]schemas)/, '$1oas$2')
      const isSame = other !== file && readFileSync(file).equals(readFileSync(other))
      return isSame ? { path: other } : undefined
    })
  },
}

/**
 * AsyncAPI's schemas, 1.1 MB that are much the same in nine versions, are unpacked when a ruleset asks for
 * them. The package has each once more without ids; Spectral reads those with.
 */
export const packedAsyncApi = {
  name: 'packed-asyncapi',
  setup: build => {
    build.onLoad({ filter: /@asyncapi[\\/]specs[\\/]index\.js$/ }, ({ path }) => ({
      contents: `let unpacked
        const read = () => unpacked ??= JSON.parse(require('zlib').brotliDecompressSync(
          require('fs').readFileSync(require('path').join(__dirname, 'asyncapi.json.br'))))
        const schemas = {}
        for (const version of ${JSON.stringify(Object.keys(asyncApiSchemas(path)))})
          Object.defineProperty(schemas, version, { enumerable: true, get: () => read()[version] })
        module.exports = { schemas }`,
      loader: 'js',
    }))
  },
}

/** @param file the package's own index */
const asyncApiSchemas = file => createRequire(file)(file).schemas

/** Libraries that stand in deck.cjs already, for bundles that need them seldom. */
export const borrowed = (...names) => ({
  name: 'borrowed',
  setup: build => {
    build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'borrowed',
    }))
    build.onLoad({ filter: /./, namespace: 'borrowed' }, ({ path }) => ({
      contents: `module.exports = require('./deck.cjs').${lender(path)}()`,
      loader: 'js',
    }))
    build.onResolve({ filter: /^\.\/deck\.cjs$/, namespace: 'borrowed' }, ({ path }) => ({
      path,
      external: true,
    }))
  },
})

/** The name of deck.cjs's function that gives a library. */
export const lender = name => `lend_${name}`

/** Rust's regex in WebAssembly, 1 MB, is unpacked when a pattern first needs it: 5 ms beside 50. */
export const packedRustRegex = {
  name: 'packed-rust-regex',
  setup: build => {
    build.onLoad({ filter: /rregex[\\/]lib[\\/]commonjs\.cjs$/ }, ({ path }) => {
      const reads = `'rregex.wasm');\nconst bytes = require('fs').readFileSync(path);`
      const unpacks = `'rregex.wasm.br');\nconst bytes = require('zlib').brotliDecompressSync(require('fs').readFileSync(path));`
      const text = readFileSync(path, 'utf8')
      if (!text.includes(reads)) throw new Error('rregex reads its program otherwise than before')
      return { contents: text.replace(reads, unpacks), loader: 'js' }
    })
  },
}

/** The letters of all scripts, 340 KB, are unpacked for the first name that is not ASCII. */
export const packedUnidecode = {
  name: 'packed-unidecode',
  setup: build => {
    build.onLoad({ filter: /unidecode[\\/]unidecode\.js$/ }, ({ path }) => {
      const unpack = `let unpacked
        const tables = () => unpacked ??= JSON.parse(require('zlib').brotliDecompressSync(
          require('fs').readFileSync(require('path').join(__dirname, 'unidecode.json.br'))))`
      const text = readFileSync(path, 'utf8').replace(/require\('\.\/data\/(x..)'\)/g, 'tables().$1')
      if (text.includes('require(')) throw new Error('unidecode loads its tables otherwise than before')
      return { contents: `${unpack}\n${text}`, loader: 'js' }
    })
  },
}

/** @returns the tables by their names, `x00` and so on */
function unidecodeTables(folder) {
  const names = readdirSync(folder).map(file => basename(file, '.js'))
  const load = createRequire(join(folder, 'x'))
  return Object.fromEntries(names.map(name => [name, load(`./${name}`)]))
}

/** What the bundles unpack, in the folder where they are. */
export function writePacked(root, folder) {
  const modules = join(root, 'node_modules')
  const contents = {
    'pcre2.wasm': readFileSync(join(root, 'src/entities/regex/pcre2.wasm')),
    'rregex.wasm': readFileSync(join(modules, 'rregex/lib/rregex.wasm')),
    'asyncapi.json': JSON.stringify(asyncApiSchemas(join(modules, '@asyncapi/specs/index.js'))),
    'unidecode.json': JSON.stringify(unidecodeTables(join(modules, 'unidecode/data'))),
  }
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(folder, `${name}.br`), packed(Buffer.from(content)))
  }
}

/** With a window that holds all of it. */
const packed = bytes =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
