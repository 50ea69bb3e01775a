/**
 * `deck file patch`: sets and removes fields, by flags or patch files. What it does to the content is in
 * `transform/`.
 */
import { UsageError } from '../../errors.ts'
import type { Patch } from '../../transform/patch.ts'
import { fileOperation, readDocument, selectorFlag, texts } from './operation.ts'
import { selectorsInFile, selectorsOf, selectParts } from './selected.ts'
import type { Selector } from './unmatched.ts'

/** A patch of a file that names no selectors is for the file as a whole. */
const whole = ['$']

export const patch = fileOperation({
  summary: 'set or remove fields of entities in a file',
  takes: '[PATCH-FILE...]',
  examples: [
    "patch -s kong.yaml --selector '$..services[*]' --value 'read_timeout:10000'",
    "patch -s kong.yaml --selector '$..routes[*]' --value 'regex_priority:' -o kong.yaml",
    'patch -s kong.yaml patch.yaml',
    'patch --in-place --strict -s config/ patch.yaml',
  ],
  flags: {
    ...selectorFlag('JSONPath of the patched parts (repeatable)'),
    value: texts('patch: key:<JSON> sets, key: removes, [<JSON>…] appends to arrays (repeatable)', 'PATCH'),
  },
  checkArguments: (flags, files) => {
    const missing = ['selector', 'value'].filter(name => flags[name] === undefined)
    if (missing.length === 1) {
      throw new UsageError(
        `if any flags in the group [selector value] are set they must all be set; missing [${missing[0]}]`,
      )
    }
    if (missing.length === 2 && files.length === 0) {
      throw new UsageError(
        "must specify at least one of these: a patch file argument or a '--selector' and '--value' combination",
      )
    }
  },
  change: async (content, run) => {
    const { applyPatch, patchesOfFile, patchOfValues, patchTarget } = await import('../../transform/patch.ts')
    const { value } = run.flags
    const apply = async (selectors: Selector[], patch: Patch) =>
      applyPatch(await selectParts(content, selectors, patchTarget(patch), run.unmatched), patch)
    if (Array.isArray(value)) await apply(selectorsOf(run.flags), patchOfValues(value.map(String)))
    for (const file of run.files) {
      const document = await readDocument(file, run)
      const patches = patchesOfFile(file, structuredClone(document.content), whole)
      if (patches.length === 0) run.unmatched.noteEmpty(file, 'patches')
      for (const patch of patches)
        await apply(selectorsInFile(patch.selectors, document, ['patches', patch.index]), patch)
    }
    return content
  },
})
