// What makes the package smaller: parts of libraries that this program never runs are replaced with something
// that fails loudly, so that a new version which needs them does not pass the tests; and Rust's regex is packed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

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

/** @param folder where the bundles are, which look for it there */
export function writePackedRustRegex(root, folder) {
  const program = readFileSync(join(root, 'node_modules/rregex/lib/rregex.wasm'))
  writeFileSync(join(folder, 'rregex.wasm.br'), brotliCompressSync(program))
}
