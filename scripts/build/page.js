// Builds the Manager page into a folder: one script and one style, named by their content, the page that
// names them, and the compressed forms of all three.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** @returns the files that went into it */
export async function buildPage(root, folder) {
  const { build } = await import('esbuild')
  const source = join(root, 'src/manager/page')
  mkdirSync(folder, { recursive: true })
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: { app: join(source, 'main.tsx') },
    outdir: folder,
    write: false,
    bundle: true,
    format: 'esm',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
    entryNames: '[name]-[hash]',
    minify: true,
    legalComments: 'none',
    tsconfig: join(source, 'tsconfig.json'),
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    jsx: 'automatic',
    jsxImportSource: 'vue',
  })
  const files = outputFiles.map(({ path, contents }) => ({
    name: basename(path),
    contents: Buffer.from(contents),
  }))
  const named = ending => files.find(({ name }) => name.endsWith(ending)).name
  const html = readFileSync(join(source, 'index.html'), 'utf8')
    .replace('{{script}}', named('.js'))
    .replace('{{style}}', named('.css'))
  for (const { name, contents } of [...files, { name: 'index.html', contents: Buffer.from(html) }]) {
    writeFileSync(join(folder, name), contents)
    writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: 9 }))
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents, { params: quality }))
  }
  return Object.keys(metafile.inputs)
}
