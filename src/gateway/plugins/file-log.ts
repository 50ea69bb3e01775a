/** file-log: a line of JSON for each exchange at the end of a file (behaviour: Kong 2.8.5, 3.9.1). */

import { closeSync, openSync, writeSync } from 'node:fs'
import { fileLog as schema } from '../../entities/plugins/file-log.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { ignoresLua } from './kit/logs/custom-fields.ts'
import { entryMaker } from './kit/logs/entry.ts'

export function fileLog(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('file-log', log)
  /** Open files by their path. */
  const open = new Map<string, number>()
  const close = (path: string) => {
    const file = open.get(path)
    if (file !== undefined) closeSync(file)
    open.delete(path)
  }
  const append = (path: string, reopen: boolean, line: string) => {
    try {
      if (reopen) close(path)
      const file = open.get(path) ?? openSync(path, 'a', 0o644)
      open.set(path, file)
      writeSync(file, line)
    } catch (error) {
      log(
        `plugin file-log: failed to open the file: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
  return {
    name: schema.name,
    configure: plugin => {
      const { path, reopen, custom_fields_by_lua } = configOf(plugin, schema)
      tellLua(custom_fields_by_lua)
      return { log: (exchange, finished) => append(path, reopen, `${entryOf(exchange, finished)}\n`) }
    },
    close: () => {
      for (const path of [...open.keys()]) close(path)
    },
  }
}
