/**
 * A YAML text → its tree and all its problems, by the `yaml` package: for texts that js-yaml refuses (it
 * reports only the first problem), and for those with tags, directives or several documents. The package is
 * loaded at its first use.
 */
import type { Alias, Document, Pair as PackagePair, Scalar } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'
import { type YamlProblem, yamlProblems } from './package-problems.ts'
import type { AliasNode, MappingNode, Node, ScalarNode, SequenceNode, Style } from './tree.ts'

export interface ReadByPackage {
  readonly root?: Node
  readonly problems: readonly YamlProblem[]
}

/** @returns undefined for a text that the package's own recursion is too deep for */
export function readByPackage(text: string): ReadByPackage | undefined {
  try {
    const documents = parseAllDocuments(text, {
      merge: true,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: 'silent',
      keepSourceTokens: true,
    })
    const [first] = documents
    if (!Array.isArray(documents) || first === undefined) return { problems: [] }
    const problems = yamlProblems(documents)
    if (first.contents === null) return { problems }
    return { root: nodeOf(first.contents, first, 0), problems }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function nodeOf(node: unknown, document: Document, around: number): Node {
  if (isAlias(node)) return aliasOf(node, around)
  if (isScalar(node)) return scalarOf(node, document, around)
  const start = placeOf(node)?.[0] ?? around
  const anchor = isMap(node) || isSeq(node) ? anchorOf(node) : {}
  if (isSeq(node)) {
    const items = node.items.map(item => nodeOf(item, document, start))
    const sequence: SequenceNode = {
      type: 'sequence',
      items,
      start,
      end: placeOf(node)?.[1] ?? start,
      ...anchor,
    }
    return sequence
  }
  if (isMap(node)) {
    const pairs = node.items.map((pair: PackagePair) => {
      const key = nodeOf(pair.key, document, start)
      return { key, value: nodeOf(pair.value, document, key.end) }
    })
    const mapping: MappingNode = {
      type: 'mapping',
      pairs,
      start,
      end: placeOf(node)?.[1] ?? start,
      ...anchor,
    }
    return mapping
  }
  return { type: 'scalar', style: 'plain', text: '', start: around, end: around }
}

const anchorOf = ({ anchor }: { anchor?: string | undefined }): { anchor?: string } =>
  anchor === undefined ? {} : { anchor }

const placeOf = (node: unknown): readonly [number, number, number] | undefined =>
  (node as { range?: readonly [number, number, number] | null } | null)?.range ?? undefined

function aliasOf(alias: Alias, around: number): AliasNode {
  const start = placeOf(alias)?.[0] ?? around
  return { type: 'alias', name: alias.source, start, end: start + alias.source.length + 1 }
}

const styles: Readonly<Record<string, Style>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

function scalarOf(node: Scalar, document: Document, around: number): ScalarNode {
  const [start, end] = placeOf(node) ?? [around, around]
  const style = styles[node.type ?? ''] ?? 'plain'
  const text = style === 'plain' ? (node.source ?? '') : String(node.value)
  const isTyped = node.tag !== undefined || (style === 'plain' && document.schema?.name === 'yaml-1.1')
  const block = style === 'literal' || style === 'folded' ? { block: blockOf(node) } : {}
  return {
    type: 'scalar',
    style,
    text,
    start,
    end,
    ...anchorOf(node),
    ...block,
    ...(isTyped && { value: node.value }),
  }
}

function blockOf(node: Scalar): NonNullable<ScalarNode['block']> {
  const source = node.srcToken
  const header =
    source?.type === 'block-scalar'
      ? source.props.find(prop => prop.type === 'block-scalar-header')
      : undefined
  const chomp = /[-+]/.exec(header !== undefined && 'source' in header ? header.source : '')?.[0] ?? ''
  const body = source?.type === 'block-scalar' ? source.source : ''
  return { indent: /^(?: *\r?\n)*( *)/.exec(body)?.[1]?.length ?? 0, chomp: chomp as '' | '-' | '+' }
}
