/**
 * The labels that a `goto` can reach: those of its own block and of enclosing blocks, within one function.
 */
import { LuaError } from './source.ts'

interface Block {
  readonly labels: Set<string>
  readonly jumps: { readonly label: string; readonly line: number }[]
}

export interface Labels {
  label(name: string, line: number): void
  jump(label: string, line: number): void
  /** Reads a block; what its jumps do not find in it may be in the block around it. */
  block(read: () => void): void
  /** Reads a function, whose jumps stay inside it. */
  body(read: () => void): void
}

/** @throws LuaError from its functions, in LuaJIT's words */
export function createLabels(): Labels {
  let current: Block | undefined

  const within = (outer: Block | undefined, read: () => void): void => {
    const before = current
    const block: Block = { labels: new Set(), jumps: [] }
    current = block
    read()
    current = before
    for (const jump of block.jumps) {
      if (block.labels.has(jump.label)) continue
      if (outer === undefined) throw new LuaError(jump.line, `undefined label '${jump.label}'`)
      outer.jumps.push(jump)
    }
  }

  return {
    label: (name, line) => {
      if (current?.labels.has(name)) throw new LuaError(line, `duplicate label '${name}'`)
      current?.labels.add(name)
    },
    jump: (label, line) => void current?.jumps.push({ label, line }),
    block: read => within(current, read),
    body: read => within(undefined, read),
  }
}
