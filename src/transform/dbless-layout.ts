/**
 * `deck file format`: the two layouts of links between two entities (decK 1.65). A state file nests them
 * (`consumers[].groups`); a DB-less file of Kong has separate arrays at the top
 * (`consumer_group_consumers`).
 */
import { DeckError } from '../errors.ts'
import { type Content, isContent } from './owners.ts'

/** The array's records, taken out of their holder. */
function take(holder: Content, array: string): Content[] {
  const records = recordsIn(holder, array)
  delete holder[array]
  return records
}

function recordsIn(holder: Content, array: string): Content[] {
  const { [array]: list = [] } = holder
  if (Array.isArray(list) && list.every(isContent)) return list
  throw new DeckError(`'${array}' is not an array of objects`)
}

/** Adds to an array that may not be there yet; nothing where there is nothing to add. */
function append(holder: Content, array: string, records: readonly Content[]): void {
  if (records.length > 0) holder[array] = [...recordsIn(holder, array), ...records]
}

/** The first text among the fields named. */
function nameOf(entity: Content, fields: readonly string[], where: string): string {
  const found = fields.map(field => entity[field]).find(value => typeof value === 'string')
  if (found === undefined) throw new DeckError(`${where} has no ${fields.join(' or ')}`)
  return found as string
}

const withPath = ({ path }: Content): Content => (typeof path === 'string' ? { path } : {})

/** Nested → arrays of their own. @throws DeckError for what has no name to be referred to by */
export function toDbless(content: Content): void {
  for (const [index, group] of recordsIn(content, 'consumer_groups').entries()) {
    const consumer_group = nameOf(group, ['name'], `consumer_groups[${index}]`)
    const plugins = take(group, 'plugins').map(plugin => ({ ...plugin, consumer_group }))
    append(content, 'consumer_group_plugins', plugins)
  }
  for (const [index, consumer] of recordsIn(content, 'consumers').entries()) {
    const where = `consumers[${index}]`
    const links = take(consumer, 'groups').map((group, at) => ({
      consumer: nameOf(consumer, ['username', 'id'], where),
      consumer_group: nameOf(group, ['name'], `${where}.groups[${at}]`),
    }))
    append(content, 'consumer_group_consumers', links)
  }
  for (const [index, plugin] of recordsIn(content, 'plugins').entries()) {
    const where = `plugins[${index}]`
    const links = take(plugin, 'partials').map((partial, at) => ({
      plugin: nameOf(plugin, ['id', 'name'], where),
      partial: nameOf(partial, ['id', 'name'], `${where}.partials[${at}]`),
      ...withPath(partial),
    }))
    append(content, 'plugins_partials', links)
  }
}

/** Arrays of their own → nested. @throws DeckError for a reference to what is not in the file */
export function toNested(content: Content): void {
  const groups = recordsIn(content, 'consumer_groups')
  for (const [index, group] of groups.entries()) {
    const own = take(group, 'consumer_group_plugins')
    if (own.length > 0 && group['plugins'] !== undefined) {
      throw new DeckError(
        `entry 'consumer_groups[${index}]' contains both 'consumer_group_plugins' and 'plugins'`,
      )
    }
    append(group, 'plugins', own)
  }
  for (const [index, { consumer_group, ...plugin }] of take(content, 'consumer_group_plugins').entries()) {
    const where = `consumer_group_plugins[${index}].consumer_group`
    append(named(groups, ['name'], consumer_group, where), 'plugins', [plugin])
  }
  const consumers = recordsIn(content, 'consumers')
  for (const [index, link] of take(content, 'consumer_group_consumers').entries()) {
    const where = `consumer_group_consumers[${index}].consumer`
    const name = nameOf(link, ['consumer_group'], `consumer_group_consumers[${index}]`)
    append(named(consumers, ['username', 'id'], link['consumer'], where), 'groups', [{ name }])
  }
  const [plugins, partials] = [recordsIn(content, 'plugins'), recordsIn(content, 'partials')]
  for (const [index, link] of take(content, 'plugins_partials').entries()) {
    const plugin = named(plugins, ['id', 'name'], link['plugin'], `plugins_partials[${index}].plugin`)
    append(plugin, 'partials', [{ ...referenceTo(partials, link['partial']), ...withPath(link) }])
  }
}

function named(
  entities: readonly Content[],
  fields: readonly string[],
  name: unknown,
  where: string,
): Content {
  const found = entities.find(entity => fields.some(field => name !== undefined && entity[field] === name))
  if (found !== undefined) return found
  throw new DeckError(`'${where}' refers to ${JSON.stringify(name)}, which is not in the file`)
}

/** By both names where it is in the file; what is not may be in the gateway. */
function referenceTo(partials: readonly Content[], name: unknown): Content {
  const found = partials.find(({ id }) => id === name) ?? partials.find(partial => partial['name'] === name)
  if (found === undefined) return { id: name }
  const { id, name: own } = found
  return { ...(id !== undefined && { id }), ...(own !== undefined && { name: own }) }
}
