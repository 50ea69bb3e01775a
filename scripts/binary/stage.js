// What the standalone program consists of, in a folder that Bun compiles: the bundles, the files that they
// read, and an entry that names them all.
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Files that the program reads while it runs, from the folder of package.json. */
const readAtRunTime = root => [
  'package.json',
  'dist/licences.txt',
  ...readdirSync(join(root, 'dist'))
    .filter(name => name.endsWith('.br'))
    .map(name => `dist/${name}`),
  ...readdirSync(join(root, 'dist/manager')).map(name => `dist/manager/${name}`),
]

/** Bundles that run as threads, apart from the others. */
export const threads = ['app/dist/thread.cjs', 'app/dist/lint.cjs']

/** Where the running program finds its files. @param os as Node names it */
export const filesAt = os => `${os === 'win32' ? 'B:/~BUN' : '/$bunfs'}/root/app`

/** Bun puts a file into the program where an import names it so. */
function entry(files) {
  const imports = files.map((file, at) => `import file${at} from './app/${file}' with { type: 'file' }`)
  return `${imports.join('\n')}
import { dirname } from 'node:path'
import { start } from './app/bin/start.cjs'

// A run of more than a second is long enough for machine code (--compile-jit-policy in build-binary.js).
setTimeout(() => Bun.unsafe.setJITPolicy(1), 1000).unref()
const root = dirname(file${files.indexOf('package.json')})
start(() => require('./app/dist/deck.cjs'), process.argv.slice(2), root)
`
}

/** lmdb looks for its native module when it runs; Bun puts into the program only what is required by name. */
async function bundleLmdb(root, folder, native) {
  mkdirSync(folder, { recursive: true })
  copyFileSync(native, join(folder, 'lmdb.node'))
  await build({
    entryPoints: [join(root, 'node_modules/lmdb/dist/index.cjs')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['msgpackr-extract'],
    plugins: [
      {
        name: 'native-by-name',
        setup: build => {
          build.onResolve({ filter: /^node-gyp-build-optional-packages$/ }, ({ path }) => ({
            path,
            namespace: 'native',
          }))
          build.onLoad({ filter: /./, namespace: 'native' }, () => ({
            contents: "module.exports = () => require('./lmdb.node')",
          }))
          build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }))
        },
      },
    ],
  })
}

/** @param lmdb its native module for the platform */
export async function stage(root, folder, lmdb) {
  rmSync(folder, { recursive: true, force: true })
  const app = join(folder, 'app')
  mkdirSync(join(app, 'dist'), { recursive: true })
  mkdirSync(join(app, 'bin'))
  const files = readAtRunTime(root)
  for (const file of readdirSync(join(root, 'dist')).filter(name => name.endsWith('.cjs'))) {
    copyFileSync(join(root, 'dist', file), join(app, 'dist', file))
  }
  for (const file of files) cpSync(join(root, file), join(app, file))
  copyFileSync(join(root, 'bin/start.js'), join(app, 'bin/start.cjs'))
  await bundleLmdb(root, join(folder, 'node_modules/lmdb'), lmdb)
  writeFileSync(join(folder, 'deck.mjs'), entry(files))
}
