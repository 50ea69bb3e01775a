/**
 * A state file's text → its content, with places. YAML 1.2 with anchors and merge keys; JSON is read as
 * YAML. All problems are collected at their lines. `check.ts` checks the content. This file loads a parser:
 * import it where it is used.
 */
import type { Diagnostic } from '../../errors.ts'
import type { Document } from '../document.ts'
import { type Substituted, substitute } from '../environment.ts'
import { inOrder, problem } from '../problem.ts'
import type { NamedText } from '../read.ts'
import type { Environment, Mode } from '../template/functions.ts'
import { resolveAliases } from './aliases.ts'
import { contentOf } from './content.ts'
import { type Refusal, readEvents } from './events.ts'
import { readJson } from './json.ts'
import { checkKeys } from './keys.ts'
import { readByPackage } from './package.ts'
import type { YamlProblem } from './package-problems.ts'
import { createPositions } from './positions.ts'
import { createReport, type Report } from './report.ts'
import { fillScalars } from './scalars.ts'
import { followed, maxDepth, type Node } from './tree.ts'

export interface ParseOptions {
  /** Values for `${{ env "DECK_X" }}`. Default: none is set. */
  readonly env?: Environment
  /** Default: `expand`. */
  readonly mode?: Mode
}

export interface Parsed {
  /** Absent where there are errors. */
  readonly document?: Document
  readonly diagnostics: readonly Diagnostic[]
}

export function parseDocument(text: NamedText, options: ParseOptions = {}): Parsed {
  const content = readJson(text.text)
  if (content === undefined) return parseYaml(text, options)
  let read: Document | undefined
  const document: Document = {
    ...emptyDocument(text.name),
    content,
    // The text is read again as YAML when a place is needed.
    whereIs: (path, part) => {
      read ??= parseYaml(text, options).document
      return read?.whereIs(path, part)
    },
    plainTextAt: path => {
      read ??= parseYaml(text, options).document
      return read?.plainTextAt?.(path)
    },
  }
  return { document, diagnostics: [] }
}

/** @param reader `package` for the `yaml` package alone, to compare */
export function parseYaml({ name, text }: NamedText, options: ParseOptions = {}, reader?: 'package'): Parsed {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const substituted = substitute(plain, options.env ?? {}, options.mode ?? 'expand')
  const { root, problems } = reader === 'package' ? byPackage(substituted.text) : readTree(substituted.text)
  const { slots, inSource } = substituted
  const isBroken = problems.some(({ severity }) => severity === 'error')
  const positions = createPositions(name, plain, root, inSource, slots.areIn, isBroken)
  const report = createReport(positions)
  for (const { code, message, offset, length } of substituted.problems)
    report.push(problem(code, message, positions.placeInFile(offset, length)))
  for (const { code, message, offset, length } of substituted.unset)
    report.push(
      problem(code, message, positions.placeInFile(offset, length), {
        severity: 'warning',
        hint: 'a placeholder stands for its value here',
      }),
    )
  for (const one of problems) report.add(one.code, one.message, one.offset, 1, one)
  if (root === undefined) {
    const diagnostics = inOrder(report.diagnostics, [name])
    return report.hasErrors() ? { diagnostics } : { document: emptyDocument(name), diagnostics }
  }
  return finish(name, root, substituted, positions, report)
}

/** The tree of a text that was read without mistakes, each scalar with its value; undefined for no content. */
export function treeToEdit({ text, slots, inSource }: Substituted): Node | undefined {
  const { root } = readTree(text)
  if (root === undefined) return undefined
  const report = createReport(createPositions('', text, root, inSource, slots.areIn, false))
  resolveAliases(root, report)
  fillScalars(root, slots, report)
  return root
}

function finish(
  name: string,
  root: Node,
  { slots, text, unset }: Substituted,
  positions: ReturnType<typeof createPositions>,
  report: Report,
): Parsed {
  // Both begin with a sign of their own.
  if (/[&*]/.test(text)) resolveAliases(root, report)
  const secrets = fillScalars(root, slots, report)
  if (!report.hasErrors()) checkKeys(root, secrets, positions, report)
  if (!report.hasErrors()) checkRoot(root, report)
  const diagnostics = inOrder(report.diagnostics, [name])
  if (report.hasErrors()) return { diagnostics }
  const document: Document = {
    name,
    ...(unset.length > 0 && {
      hasPlaceholder: path => secrets.holdsPlaceholder(positions.nodeAt(path)),
    }),
    content: root.type === 'mapping' ? contentOf(root) : {},
    whereIs: positions.whereIs,
    plainTextAt: path => {
      const node = followed(positions.nodeAt(path))
      return node?.type === 'scalar' && node.style === 'plain' && !slots.areIn(node.text)
        ? node.text
        : undefined
    },
    isSecret: path => secrets.isIn(positions.nodeAt(path)),
    filledAt: path => {
      const node = positions.nodeAt(path)
      return secrets.isIn(node) ? secrets.textsAt(node) : []
    },
  }
  return { document, diagnostics }
}

const emptyDocument = (name: string): Document => ({
  name,
  content: {},
  whereIs: () => ({ file: name, line: 1, column: 1 }),
  isSecret: () => false,
  filledAt: () => [],
})

interface Tree {
  readonly root?: Node | undefined
  readonly problems: readonly YamlProblem[]
}

function readTree(text: string): Tree {
  const read = readEvents(text)
  if (read === undefined) return byPackage(text)
  if (!('refused' in read)) return { root: read.root, problems: [] }
  return read.refused.isTooDeep ? { problems: [tooDeep(read.refused)] } : byPackage(text, read.refused)
}

/** @param refused what js-yaml found, for a text that the package cannot say anything of */
function byPackage(text: string, refused?: Refusal): Tree {
  const read = readByPackage(text)
  return read ?? { problems: [refused === undefined ? tooDeep() : syntaxProblem(refused)] }
}

const tooDeep = (refused?: Refusal): YamlProblem => ({
  code: 'too-deep',
  message: `nested deeper than ${maxDepth} levels`,
  offset: refused?.offset ?? 0,
  severity: 'error',
})

const syntaxProblem = ({ reason, offset }: Refusal): YamlProblem => ({
  code: 'yaml-syntax',
  message: reason,
  offset,
  severity: 'error',
})

function checkRoot(root: Node, report: Report): void {
  if (root.type === 'mapping' || (root.type === 'scalar' && root.value === null)) return
  const found = root.type === 'sequence' ? 'a list' : 'a single value'
  report.add('not-a-mapping', `a state file is a mapping (key: value), this is ${found}`, root.start)
}
