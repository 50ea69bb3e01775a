/**
 * The registry's kinds as data for the page. The page reads kinds that only the gateway knows from its
 * schemas.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Presentation } from '../entities/language/presentation.ts'
import type { Kind, Tab } from './page/presentation.ts'

type Presented = Definition & { readonly present: Presentation }

const isPresented = (definition: Definition): definition is Presented => definition.present !== undefined

const words = (text = ''): string[] => text.split(/\s+/).filter(word => word !== '')

/** In the order of the side bar. */
export function presentedKinds(definitions: readonly Definition[] = everyKind): Kind[] {
  const last = Number.POSITIVE_INFINITY
  const all = definitions.filter(isPresented)
  return all
    .toSorted((a, b) => (a.place ?? last) - (b.place ?? last))
    .map(definition => kindFrom(definition, all))
}

function kindFrom(definition: Presented, all: readonly Presented[]): Kind {
  const { schema, adminPath, endpointKey, subschema, fields, present, ttl } = definition
  const { columns, first, groups, secret, isBelow, moreTabs = {}, key = endpointKey, ...others } = present
  const { tab: _tab, isBelowConfiguration: _isBelowConfiguration, ...plain } = others
  const tabs = [
    ...tabsOf(definition, all),
    ...Object.entries(moreTabs).map(([slug, title]) => ({ slug, title, lists: [] })),
  ]
  const isConfigured = subschema !== undefined && fields['config']?.abstract === true
  return {
    ...plain,
    schema,
    path: adminPath,
    key: key ?? 'id',
    columns: words(columns),
    first: words(first),
    ...(groups && {
      groups: Object.entries(groups).map(([title, names]) => ({ title, fields: words(names) })),
    }),
    ...(tabs.length > 0 && { tabs }),
    ...(isBelow && { home: 'below' }),
    ...(secret !== undefined && { secret: words(secret) }),
    ...(isConfigured && { config: { by: subschema.key, from: schema } }),
    // Kong prints it with the entity, and not in its schema.
    ...(ttl === true && { more: [{ name: 'ttl', field: { type: 'integer' } }] }),
  }
}

/** The lists of what belongs to an entity: what is written inside of it, or deleted with it. */
function tabsOf(owner: Definition, all: readonly Presented[]): Tab[] {
  const tabs = new Map<string, Tab>()
  for (const { schema, adminPath, nestedPath: path = adminPath, present, ...definition } of all) {
    const field = foreignFields(definition as Definition).find(
      ({ field }) =>
        field.reference === owner.schema && (field.nest !== undefined || field.on_delete === 'cascade'),
    )
    if (field === undefined) continue
    const title = present.tab ?? present.many
    const slug = present.tab?.toLowerCase() ?? path
    const { isBelowConfiguration } = present
    const lists = [...(tabs.get(slug)?.lists ?? []), { schema, path, field: field.name }]
    tabs.set(slug, { slug, title, lists, ...(isBelowConfiguration && { isBelowConfiguration }) })
  }
  return [...tabs.values()]
}
