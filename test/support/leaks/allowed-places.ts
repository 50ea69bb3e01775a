/** Where a secret may stand, with the reason. Everything else that a run prints or writes is searched. */
import { basename, dirname } from 'node:path'
import type { Run, RunInputs } from './run-inputs.ts'

export interface Place {
  /** `stdout`, `stderr`, or the path of a file. */
  readonly name: string
  readonly isFile: boolean
  /** Of the run. */
  readonly code: number | null
}

interface Allowance {
  readonly reason: string
  readonly covers: (place: Place, run: Run, inputs: RunInputs) => boolean
}

/** Operations on files whose result is a file with the same entities. */
const printing = new Set([
  ...['add-plugins', 'add-tags', 'ai2kong', 'convert', 'format', 'kong2kic', 'kong2tf', 'merge', 'namespace'],
  ...['openapi2kong', 'openapi2mcp', 'patch', 'remove-tags', 'render'],
])

/** Whether a run prints a state file, or its entities in another format. */
export function printsEntities({ argv }: Pick<Run, 'argv'>): boolean {
  const words = argv.flatMap(word => word.split(/[\s;|&<>()'"]+/))
  return words.some(
    (word, at) => word === 'dump' || word === 'convert' || (words[at - 1] === 'file' && printing.has(word)),
  )
}

export const allowances: readonly Allowance[] = [
  {
    reason: 'a state file that the user asks for holds the secrets of its entities',
    covers: ({ name, isFile, code }, run, { named }) => {
      if (!printsEntities(run)) return false
      if (!isFile) return name === 'stdout' && code === 0
      return named.has(name) || named.has(dirname(name)) || /^kong\.(ya?ml|json)$/.test(basename(name))
    },
  },
  {
    reason: 'the database of `serve --data` holds what Kong holds',
    covers: ({ name, isFile }, { argv }, { named }) =>
      isFile && argv.includes('--data') && named.has(dirname(name)) && /\.mdb(-lock)?$/.test(name),
  },
  {
    reason: 'the test wrote this file for the run to read, while it was running',
    covers: ({ name, isFile }, _run, { inputs }) => isFile && inputs.has(name),
  },
]
