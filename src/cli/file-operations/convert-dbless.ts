/** `deck file convert` from and to Kong's DB-less format. What changes is in `transform/convert/`. */
import type { Definition } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { rehashedFields } from '../../entities/language/transformations.ts'
import { type Diagnostic, refuseErrors, StateFileError } from '../../errors.ts'
import type { StateFile } from '../../file/merge.ts'
import { foreignId, hasOwnId } from '../../file/place-entities.ts'
import { printDiagnostics } from '../../recipes/report-diagnostics.ts'
import { readInput } from '../../recipes/terminal.ts'
import { allOf, isRbacKind } from '../../state/select.ts'
import { createState, type State, type StateEntity } from '../../state/state.ts'
import { notConvertible } from '../../transform/convert/dbless-format.ts'
import type { Content } from '../../transform/owners.ts'
import type { Run } from '../base-command.ts'
import { offlineSchemas } from './offline-schemas.ts'
import { readDocument } from './operation.ts'

/** @throws StateFileError with what a state file cannot say */
export async function stateFileContent(path: string, run: Run): Promise<Content> {
  const document = await readDocument(path, run)
  const { fromDbless } = await import('../../transform/convert/from-dbless.ts')
  const { content, diagnostics } = fromDbless(document)
  refuseErrors(diagnostics)
  printDiagnostics(diagnostics, [], run.terminal)
  return content
}

/** @throws StateFileError with what is wrong in the files, and what a DB-less file cannot say */
export async function dblessContent(paths: readonly string[], { terminal }: Run): Promise<Content> {
  const { loadStateFile } = await import('../../file/load.ts')
  const stdin = () => readInput(terminal)
  const { file, diagnostics } = await loadStateFile(paths, { env: terminal.env, lenient: true, stdin })
  if (file === undefined) throw new StateFileError(diagnostics)
  const schemas = offlineSchemas(file.formatVersion?.value.startsWith('3') === true ? '3.9' : '2.8')
  const { toState } = await import('../../file/to-state.ts')
  const { state, diagnostics: unresolved } = toState(file, { current: createState([], schemas), schemas })
  const passwords = passwordsOf(state, schemas)
  const found = [
    ...diagnostics,
    ...unresolved,
    ...lostSettings(file),
    ...lostKinds(state, schemas),
    ...passwords.diagnostics,
  ]
  refuseErrors(found)
  printDiagnostics(found, [], terminal)
  const { fromState } = await import('../../file/from-state.ts')
  const { toDbless } = await import('../../transform/convert/to-dbless.ts')
  const content = fromState(passwords.areHashes ? withDigests(state, schemas) : state, {
    schemas,
    withId: true,
  })
  return { ...toDbless(content), ...(passwords.areHashes && { _transform: false }) }
}

function lostSettings({ documents, workspace }: StateFile): Diagnostic[] {
  const settings = [
    ...(workspace === undefined || workspace.value === 'default'
      ? []
      : [['_workspace', 'a gateway without a database has one workspace']]),
    ['_info.protected', 'it protects entities from `deck gateway sync`'],
    ['_info.default_lookup_tags', 'all entities must be in the file'],
  ]
  return settings.flatMap(([name = '', why]) =>
    documents.flatMap(document => {
      const path = name.split('.')
      const { [path[0] ?? '']: first } = document.content
      const value = path.length === 1 ? first : (first as Content | undefined)?.[path[1] ?? '']
      return value === undefined
        ? []
        : [notConvertible(`${name} is left out: ${why}`, document.whereIs(path), { severity: 'warning' })]
    }),
  )
}

const lostKinds = (state: State, schemas: Schemas): Diagnostic[] =>
  schemas.kinds
    .filter(isRbacKind)
    .flatMap(({ kind }) => state.all(kind))
    .map(({ kind, origin }) =>
      notConvertible(`a gateway without a database has no ${kind}`, origin?.document.whereIs(origin.path)),
    )

interface Passwords {
  /** All values that the gateway would hash are hashes already. */
  readonly areHashes: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * A dump has the hashes of passwords. Kong takes them as they are with `_transform: false`, for the whole
 * file; each was made with the id of its consumer.
 */
function passwordsOf(state: State, schemas: Schemas): Passwords {
  const hashed: { entity: StateEntity; field: string }[] = []
  let plain = 0
  for (const entity of allOf(state, schemas)) {
    const definition = schemas.of(entity.kind)
    const again = rehashedFields(definition, entity.fields, undefined)
    hashed.push(...again.map(field => ({ entity, field })))
    plain += secretsToHash(definition, entity).length - again.length
  }
  const warn = ({ entity, field }: (typeof hashed)[number], why: string): Diagnostic =>
    notConvertible(
      `the ${field} of this ${entity.kind} is a hash${why}`,
      entity.origin?.document.whereIs([...entity.origin.path, field]),
      { severity: 'warning', hint: `write the ${field} itself` },
    )
  if (plain > 0)
    return {
      areHashes: false,
      diagnostics: hashed.map(one =>
        warn(one, ', and Kong will hash it again: other passwords in the file are none'),
      ),
    }
  const lost = hashed.filter(({ entity }) => !hasOwnerWithId(entity, state, schemas))
  return {
    areHashes: hashed.length > 0,
    diagnostics: lost.map(one =>
      warn(one, ' made with the id of its consumer, which the file does not have'),
    ),
  }
}

const secretsToHash = (definition: Definition, { fields }: StateEntity): string[] =>
  (definition.transformations ?? []).flatMap(({ input, on_write }) => {
    const value = fields[input]
    if (typeof value !== 'string' || value === '') return []
    const made = on_write(fields)[input]
    return typeof made === 'string' && made !== value ? [input] : []
  })

/** Whether the other input of the hash (`consumer.id`) is known. */
function hasOwnerWithId({ kind, fields }: StateEntity, state: State, schemas: Schemas): boolean {
  const { transformations = [], fields: known } = schemas.of(kind)
  return transformations.every(({ needs }) => {
    const [name = ''] = needs?.split('.') ?? []
    const id = foreignId(fields[name])
    const owner = schemas.bySchema(known[name]?.reference ?? '')
    const found = owner && id !== undefined ? state.get(owner.kind, id) : undefined
    return found !== undefined && hasOwnId(found)
  })
}

/** With `_transform: false` Kong computes no values of other kinds either (digests of CA certificates). */
function withDigests(state: State, schemas: Schemas): State {
  const entities = allOf(state, schemas).map(entity => {
    const definition = schemas.of(entity.kind)
    const computed = (definition.transformations ?? []).filter(
      ({ input, needs }) =>
        needs === undefined &&
        typeof entity.fields[input] === 'string' &&
        !secretsToHash(definition, entity).includes(input),
    )
    return {
      ...entity,
      fields: Object.assign({ ...entity.fields }, ...computed.map(({ on_write }) => on_write(entity.fields))),
    }
  })
  return createState(entities, schemas)
}
