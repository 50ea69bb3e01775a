/**
 * An OpenAPI document as a state file for Kong 3 (`deck file openapi2kong`): a service of its servers, a route of each operation, and services of their own
 * for paths and operations that have other servers or defaults. Names and ids are made as decK 1.65 makes them (go-apiops 0.4), so that a file made
 * by one tool is kept up by the other.
 */
import { uuidV5 } from '../../entities/text/uuid.ts'
import { DeckError } from '../../errors.ts'
import { checkVersion, followed, kongTags, methods, recordOf, type Values } from './document.ts'
import { type Conversion, documentLevel, type Level, type OpenApiOptions, pathLevel } from './levels.ts'
import { namingOf } from './names.ts'
import { convertOperation } from './operation.ts'
import { inFileOrder } from './plugins.ts'
import { refuseEndless } from './schemas.ts'

/** The DNS namespace of RFC 9562. */
export const namespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

/** @throws DeckError for what is no OpenAPI 3 document, and for what cannot be a state file */
export function fromOpenApi(document: Values, options: OpenApiOptions): Values {
  checkVersion(document)
  refuseEndless(document, options.ignoreCircular)
  const conversion: Conversion = {
    document,
    options,
    naming: namingOf(options.insoCompatible),
    marking: {
      tags: options.tags ?? kongTags(document),
      idOf: name => (options.withIds ? uuidV5(namespace, name) : undefined),
    },
    services: [],
    upstreams: [],
    plugins: [],
    shared: { path: new Map(), operation: new Map() },
  }
  const root = documentLevel(conversion)
  const paths = pathsOf(document)
  for (const key of Object.keys(paths).sort())
    convertPath(key, followed(paths[key], document), root, conversion)
  const { services, upstreams, plugins } = conversion
  // What no path is served by is left out, unless there is nothing else.
  const isIdle = services.length > 1 && root.source.servers.length === 0
  return {
    _format_version: '3.0',
    services: isIdle ? services.slice(1) : services,
    upstreams,
    ...(plugins.length > 0 && { plugins: inFileOrder(plugins) }),
  }
}

function pathsOf({ paths }: Values): Values {
  if (typeof paths === 'object' && paths !== null) return recordOf(paths)
  throw new DeckError(
    'must have `.paths` in the root of the document. See examples https://github.com/Kong/go-apiops/tree/main/docs',
  )
}

function convertPath(key: string, item: Values, root: Level, conversion: Conversion): void {
  const level = pathLevel(key, item, root, conversion)
  for (const method of methods) {
    const operation = item[method]
    if (operation === undefined || operation === null) continue
    convertOperation({ path: key, item, method, operation: recordOf(operation) }, level, conversion)
  }
}
