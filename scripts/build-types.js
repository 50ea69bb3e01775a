// `npm run build:types`: the library's types in one file, dist/library.d.cts, and docs/library.api.md, which
// shows reviewers what importers see. With `--check` that page must not have changed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** One declaration file for each module that the library reaches. */
function declare(folder) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const argv = [tsc, '-p', 'src/library', '--outDir', folder]
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}`)
}

const quiet = { logLevel: 'none' }

/** @returns whether docs/library.api.md is as it was */
async function rollUp(folder, isCheck) {
  const { Extractor, ExtractorConfig } = await import('@microsoft/api-extractor')
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(folder, 'library/library.d.ts'),
      compiler: { tsconfigFilePath: join(root, 'src/library/tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFolder: join(root, 'docs'),
        reportTempFolder: join(folder, 'report'),
        reportFileName: 'library.api.md',
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: join(folder, 'library.d.ts') },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: quiet },
        tsdocMessageReporting: { default: quiet },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  })
  const { succeeded, apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: !isCheck,
    showVerboseMessages: false,
  })
  if (!succeeded && errorCount > 0) throw new Error('the types could not be put into one file')
  return !apiReportChanged
}

export async function buildTypes({ isCheck = false } = {}) {
  // Two builds may run at once.
  const folder = mkdtempSync(join(root, 'dist/.types-'))
  try {
    declare(folder)
    const isSame = await rollUp(folder, isCheck)
    // The bundle is CommonJS, and so are its types.
    renameSync(join(folder, 'library.d.ts'), join(root, 'dist/library.d.cts'))
    return isSame
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const isCheck = process.argv.includes('--check')
  const isSame = await buildTypes({ isCheck })
  if (isCheck && !isSame) {
    console.error('docs/library.api.md is not what the sources say: npm run build:types')
    process.exitCode = 1
  }
}
