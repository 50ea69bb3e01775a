// What esbuild cannot leave out of libraries by itself: parts that this program never runs. Each is replaced
// with something that fails loudly, so that a new version which needs it does not pass the tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

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
