/**
 * What a newcomer does with CONTRIBUTING.md: a copy of the project with the files that the page shows and
 * the lines that it asks for, built.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newFolder, repository } from './binary.ts'
import { finished, startNode } from './processes.ts'

/** The code that CONTRIBUTING.md shows for a file. */
export function codeFor(path: string): string {
  const page = readFileSync(join(repository, 'CONTRIBUTING.md'), 'utf8')
  const [, after = ''] = page.split(`\`${path}\``)
  const [, indent = '', code] = /^( *)```ts\n(.*?)\n *```/ms.exec(after) ?? []
  if (code === undefined) throw new Error(`CONTRIBUTING.md shows no code for ${path}`)
  return code.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

/** One line in a list of what there is, and the import that it needs. */
export interface Line {
  readonly file: string
  readonly name: string
  /** As the list's file imports it. */
  readonly from: string
  /** The list begins with this. */
  readonly list: string
}

/** @returns the copy's folder; nothing is built yet */
export function copyWith(files: readonly string[], lines: readonly Line[]): string {
  const copy = newFolder()
  for (const name of [
    'src',
    'bin',
    'scripts',
    'fixtures',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(repository, name), join(copy, name), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'junction')
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), codeFor(file))
  }
  for (const { file, name, from, list } of lines) {
    const text = readFileSync(join(copy, file), 'utf8')
    if (!text.includes(list)) throw new Error(`${file} has no ${list}`)
    const withLine = text.replace(list, `${list}\n  ${name},`)
    writeFileSync(
      join(copy, file),
      withLine.replace(/^import /m, `import { ${name} } from '${from}'\nimport `),
    )
  }
  return copy
}

/** Runs a script of the copy to its end. @throws with its output where it fails */
export async function runIn(copy: string, argv: readonly string[]): Promise<void> {
  const { code, output } = await finished(startNode(argv, { cwd: copy }))
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${output}`)
}
