/**
 * An OpenAPI document as a state file for Kong 3 (`deck file openapi2kong`): a service for its servers, a
 * route for each operation, and separate services for paths and operations with other servers or defaults.
 * Names and ids are decK 1.65's (go-apiops 0.4), so that either tool can update a file of the other.
 */
import { uuidV5 } from '../../entities/text/uuid.ts'
import { StateFileError } from '../../errors.ts'
import type { Bundle } from './bundle.ts'
import { checkDocument } from './check.ts'
import { checkVersion, kongTags, recordOf, type Values } from './document.ts'
import { type Conversion, documentLevel, type Level, type OpenApiOptions, pathLevel } from './levels.ts'
import { namingOf } from './names.ts'
import { convertOperation } from './operation.ts'
import { operationsOf } from './operations.ts'
import { inFileOrder } from './plugins.ts'
import type { Problems } from './problems.ts'
import { refuseEndless } from './schemas.ts'
import { checkSecurity } from './security.ts'

/** The DNS namespace of RFC 9562. */
export const namespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

/** @throws StateFileError with all that is wrong with the document */
export function fromOpenApi({ content: document, problems }: Bundle, options: OpenApiOptions): Values {
  if (!checkVersion(document, problems)) refuseAll(problems)
  const naming = namingOf(options.insoCompatible)
  checkDocument(document, naming, problems)
  problems.attempt(() => checkSecurity(document, options.security, problems), document, 'components')
  problems.attempt(() => refuseEndless(document, options.ignoreCircular), document, 'components')
  refuseAll(problems)
  const conversion: Conversion = {
    document,
    options,
    naming,
    problems,
    marking: {
      tags: options.tags ?? kongTags(document),
      idOf: name => (options.withIds ? uuidV5(namespace, name) : undefined),
    },
    services: [],
    upstreams: [],
    plugins: [],
    shared: { path: new Map(), operation: new Map() },
  }
  const root = problems.attempt(() => documentLevel(conversion), document)
  const paths = recordOf(document['paths'])
  const keys = Object.keys(paths).filter(key => !key.startsWith('x-'))
  for (const key of keys.sort()) if (root) convertPath(key, recordOf(paths[key]), root, conversion)
  refuseAll(problems)
  return stateFile(conversion, root?.source.servers.length === 0)
}

export function refuseAll(problems: Problems): void {
  if (problems.hasErrors()) throw new StateFileError(problems.found(), 'the OpenAPI document')
}

/** Services without paths are left out, unless there are no others. */
function stateFile({ services, upstreams, plugins }: Conversion, rootHasNoServers: boolean): Values {
  return {
    _format_version: '3.0',
    services: services.length > 1 && rootHasNoServers ? services.slice(1) : services,
    upstreams,
    ...(plugins.length > 0 && { plugins: inFileOrder(plugins) }),
  }
}

function convertPath(key: string, item: Values, root: Level, conversion: Conversion): void {
  const { problems } = conversion
  const level = problems.attempt(() => pathLevel(key, item, root, conversion), item)
  if (level === undefined) return
  for (const [method, operation] of operationsOf(item)) {
    const one = { path: key, item, method, operation: recordOf(operation) }
    problems.attempt(() => convertOperation(one, level, conversion), one.operation)
  }
}
