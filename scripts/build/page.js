// Builds the Manager page into a folder: the page, and one script and one style that it names, compressed and
// named by their content.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

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
  writeFileSync(join(folder, 'index.html'), html)
  // Browsers take them so; the few clients that do not get what the server unpacks.
  for (const { name, contents } of files) {
    writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: 9 }))
  }
  return Object.keys(metafile.inputs)
}
