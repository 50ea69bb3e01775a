/**
 * Paths on the command line → texts: files, folders, standard input. Each file is read once; all unreadable
 * files are reported at once.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { type Diagnostic, systemReason } from '../errors.ts'
import { problem } from './problem.ts'

export interface NamedText {
  /** The path as passed; for a file of a folder, with the folder's path; `STDIN`. */
  readonly name: string
  readonly text: string
}

export interface ReadOptions {
  /** Reads all of standard input; called at most once, and only if `-` is among the paths. */
  readonly stdin?: () => Promise<Uint8Array | string>
}

export interface Texts {
  readonly texts: readonly NamedText[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * @param paths files of any name; folders, of which every `.yaml`, `.yml` and `.json` at any depth is read,
 * in the order of their paths (decK: in a random order); `-` for standard input. A repeated path is read
 * twice, as in decK.
 */
export async function readTexts(paths: readonly string[], options: ReadOptions = {}): Promise<Texts> {
  const texts: NamedText[] = []
  const diagnostics: Diagnostic[] = []
  let inputRead = false
  for (const path of paths) {
    try {
      if (path === '-') {
        // A second `-` finds standard input already at its end.
        const bytes = inputRead ? '' : ((await options.stdin?.()) ?? '')
        inputRead = true
        texts.push(...decode('STDIN', bytes, diagnostics))
        continue
      }
      // Not by promises: Node would start its threads for them, a millisecond of every run.
      for (const file of filesOf(path)) texts.push(...decode(file, readFileSync(file), diagnostics))
    } catch (error) {
      diagnostics.push(unreadable(path, error))
    }
  }
  return { texts, diagnostics }
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => !entry.isDirectory() && /\.(?:ya?ml|json)$/i.test(entry.name))
  return files.map(entry => join(entry.parentPath, entry.name)).sort((a, b) => (a < b ? -1 : 1))
}

function unreadable(path: string, error: unknown): Diagnostic {
  const { code = '', message = '' } = error as NodeJS.ErrnoException
  return problem(
    'unreadable',
    `reading state file: stat ${path}: ${systemReason(error) ?? message}`,
    undefined,
    {
      hint: code === 'ENOENT' && !isAbsolute(path) ? `looked for in ${process.cwd()}` : undefined,
    },
  )
}

/** UTF-8 or nothing: a file in another encoding would come out as other words. */
function decode(name: string, bytes: Uint8Array | string, diagnostics: Diagnostic[]): NamedText[] {
  if (typeof bytes === 'string') return [{ name, text: bytes }]
  try {
    return [{ name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }]
  } catch {
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\ufffd')[0] ?? ''
    const line = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n')
    diagnostics.push(
      problem(
        'not-utf8',
        'the file is not UTF-8 from here on',
        { file: name, line, column },
        {
          hint: 'save it as UTF-8',
        },
      ),
    )
    return []
  }
}
