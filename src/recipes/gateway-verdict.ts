/**
 * A gateway's check of one entity before it is written: each of its sentences as a diagnostic at the line
 * of the value, with the hints of offline checks.
 */
import type { AdminClient } from '../admin-client/client.ts'
import { everyKind } from '../entities/enterprise.ts'
import { completeEntity } from '../entities/language/defaults.ts'
import { titleOf } from '../entities/language/identity.ts'
import { createSchemas, type Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { validateEntity } from '../entities/language/validate.ts'
import { isRecord, type Values } from '../entities/language/values.ts'
import { pluginSchema } from '../entities/plugin-registry.ts'
import { AdminApiError, DeckError, type Diagnostic } from '../errors.ts'
import { newPluginField } from '../file/deprecated-fields.ts'
import type { StateFile } from '../file/merge.ts'
import { describe, type FileEntity } from '../file/nesting.ts'
import { withSettings } from '../file/settings.ts'
import { type About, type Complaint, complaintsAbout, diagnosticsOf } from '../file/value-problems.ts'
import { notTheGateway } from '../plan/confirm.ts'
import { namesFrom } from '../plan/diff.ts'
import { putBody } from '../plan/requests.ts'
import { maskEntity, maskError, maskSentence } from '../report/mask.ts'
import type { State, StateEntity } from '../state/state.ts'

export interface Judging {
  readonly client: AdminClient
  readonly state: State
  /** The gateway's. */
  readonly schemas: Schemas
  /** Our own rules of bundled plugins: the gateway does not print those that it has in code. */
  readonly own: Schemas
  readonly entityAt: (one: StateEntity) => FileEntity | undefined
  readonly file: StateFile
}

export function judging(client: AdminClient, file: StateFile, state: State, schemas: Schemas): Judging {
  const { version, routerFlavor } = schemas
  const own = createSchemas(version, name => pluginSchema(name, version), {
    routerFlavor,
    definitions: everyKind,
  })
  const key = (name: string | undefined, path: unknown): string => JSON.stringify([name, path])
  const entities = new Map(file.entities.map(one => [key(one.document.name, one.path), one]))
  const entityAt = ({ origin }: StateEntity) => entities.get(key(origin?.document.name, origin?.path))
  return { client, state, schemas, own, entityAt, file }
}

/** Every Kong's response for a valid entity. */
const valid = 'schema validation successful'

/** Answers about the run as a whole: no access, or no gateway behind the address. */
const isAboutAll = (status: number): boolean => [401, 403, 429, 502, 503, 504].includes(status)

/** @throws DeckError, ConnectionError if the gateway gives no verdict */
export async function gatewayVerdict(entity: StateEntity, on: Judging): Promise<Diagnostic[]> {
  const { kind, id, fields, origin } = entity
  const definition = on.schemas.of(kind)
  const path = `/schemas/${definition.schema}/validate`
  const title = titleOf(definition, { ...fields, id }, namesFrom([on.state], on.schemas))
  const change = {
    op: 'create',
    kind,
    id,
    title,
    after: fields,
    fields: [],
    ...(origin && { origin }),
  } as const
  try {
    const answer = await on.client.post(path, putBody(change, on.schemas), 'question')
    if (isRecord(answer) && answer['message'] === valid) return []
    throw new DeckError(`POST ${path}: the response is not one of the gateway`, { hint: notTheGateway })
  } catch (error) {
    if (!(error instanceof AdminApiError) || isAboutAll(error.status)) throw error
    // 404: a kind of which this server validates none; what Kong OSS has not at all would be refused there.
    if (error.status === 404 && definition.enterprise !== true) return []
    return refusal(error, entity, on)
  }
}

function refusal(error: AdminApiError, entity: StateEntity, on: Judging): Diagnostic[] {
  const about = aboutEntity(entity, on)
  const said = complaintsAbout(error.fields, entity.fields, about.fields, on.schemas.version)
  // Kong fails on some mistakes (500) without naming them; the own rules may know the mistake.
  const known = knownComplaints(entity.fields, entity, on.own)
  const complaints = said.length > 0 ? atKeys(said, known) : known
  const shown = maskEntity(entity.fields, entity, { schemas: on.schemas })
  if (complaints.length === 0) return [withoutFields(error, entity, about, shown)]
  const masked = complaints.map(one => ({
    ...one,
    sentence: maskSentence(one.sentence, entity.fields, shown),
  }))
  return diagnosticsOf(masked, about).map(({ diagnostic }) => diagnostic)
}

/** Kong names no key of a map; where the own rules say the same of some keys, it is about these. */
function atKeys(said: readonly Complaint[], known: readonly Complaint[]): Complaint[] {
  const found = said.flatMap(one => {
    const inside = known.filter(
      ({ path, sentence }) =>
        path.length > one.path.length &&
        one.path.every((step, index) => path[index] === step) &&
        isSame(sentence, one.sentence),
    )
    return inside.length > 0 ? inside : [one]
  })
  return [...new Map(found.map(one => [JSON.stringify(one), one])).values()]
}

function withoutFields(
  error: AdminApiError,
  entity: StateEntity,
  { label }: About,
  shown: Values,
): Diagnostic {
  const where = entity.origin?.document.whereIs(entity.origin.path)
  return {
    severity: 'error',
    code: 'refused-by-gateway',
    message: `the gateway refuses this: ${maskError(error, entity.fields, shown)} (${label})`,
    ...(where && { where }),
    ...(error.status >= 500 && { hint: 'Kong fails where a value has a type that it does not expect' }),
  }
}

function aboutEntity(entity: StateEntity, on: Judging): About {
  const { origin, fields, kind } = entity
  const written = on.entityAt(entity)
  const { values, document } = written
    ? withSettings(written, on.file)
    : { values: fields, document: undefined }
  return {
    document: document ?? nowhere,
    path: origin?.path ?? [],
    label: written ? describe(written) : kind,
    fields: entityFields(on.schemas.of(kind), fields, on.schemas),
    values,
    newName: at => newPluginField(on.schemas.of(kind), fields, at, pluginSchema),
    isSaid: (sentence, other) =>
      knownComplaints(other, entity, on.own).some(one => isSame(one.sentence, sentence)),
  }
}

/** The texts after the colon come from different libraries. */
const isSame = (one: string, other: string): boolean =>
  one === other || (one.includes(': ') && one.split(': ')[0] === other.split(': ')[0])

function knownComplaints(values: Values, { kind, fields }: StateEntity, own: Schemas): Complaint[] {
  if (!own.kinds.some(one => one.kind === kind)) return []
  // References in the form of the request.
  const complete = completeEntity(kind, { ...values, ...referencesIn(fields) }, own)
  const violations = validateEntity(kind, complete, own)
  const known = entityFields(own.of(kind), complete, own)
  return violations === undefined ? [] : complaintsAbout(violations, complete, known, own.version)
}

const referencesIn = (fields: Values): Values =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => isRecord(value) && Object.keys(value).join() === 'id'),
  )

/** For entities without a file. */
const nowhere: About['document'] = {
  name: '',
  content: {},
  whereIs: () => undefined,
  isSecret: () => false,
  filledAt: () => [],
}
