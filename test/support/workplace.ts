/** A folder and a gateway for the tests of one file, both empty when a test begins. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { deck, newFolder, type Served, serve } from './binary.ts'
import type { Result } from './processes.ts'
import { schemaProblems } from './report-schemas.ts'

const formats = ['markdown', 'html', 'json', 'junit', 'sarif'] as const

export interface Workplace {
  readonly gateway: Served
  /** Its `state/deck` has the journal. */
  readonly folder: string
  /** Runs deck in the folder, for the gateway unless another `--kong-addr` is named. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Result>
  /** `run` with a report in each format, each checked against the schema of its format. */
  reported(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Result & Reports>
  write(name: string, text: string): void
  read(name: string): string
  /** A change without deck. @returns the gateway's answer */
  byHand(method: string, path: string, body?: object): Promise<unknown>
}

export interface Reports {
  readonly markdown: string
  readonly html: string
  readonly junit: string
  // biome-ignore lint/suspicious/noExplicitAny: the schema of the document is checked; tests pick from it
  readonly json: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly sarif: any
}

/** @param env for each run of deck @param jsonSchema of the report in JSON */
export function workplace(
  env: Readonly<Record<string, string>> = {},
  jsonSchema: 'json' | 'drift' = 'json',
): Workplace {
  let gateway: Served
  let folder: string
  beforeAll(async () => {
    gateway = await serve()
  })
  afterAll(async () => {
    await gateway?.stop()
  })
  beforeEach(async () => {
    folder = newFolder()
    expect(await run(['gateway', 'reset', '--force', '--no-journal'])).toMatchObject({ code: 0 })
  })
  const run: Workplace['run'] = (argv, more = {}) =>
    deck([...argv, ...(argv.includes('--kong-addr') ? [] : ['--kong-addr', gateway.admin])], {
      cwd: folder,
      env: { XDG_STATE_HOME: join(folder, 'state'), ...env, ...more },
    })
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return {
    get gateway() {
      return gateway
    },
    get folder() {
      return folder
    },
    run,
    read,
    write: (name, text) => writeFileSync(join(folder, name), text),
    reported: async (argv, more) => {
      const flags = formats.flatMap(format => ['--report', `${format}=report.${format}`])
      const result = await run([...argv, ...flags], more)
      const [markdown = '', html = '', json = '', junit = '', sarif = ''] = formats.map(format =>
        read(`report.${format}`),
      )
      for (const [schema, text] of [
        [jsonSchema, json] as const,
        ['junit', junit] as const,
        ['sarif', sarif] as const,
      ])
        expect(await schemaProblems[schema]?.(text), schema).toEqual([])
      expect(markdown + html + json + junit + sarif).not.toContain('canary')
      return { ...result, markdown, html, junit, json: JSON.parse(json), sarif: JSON.parse(sarif) }
    },
    byHand: async (method, path, body) => {
      const answer = await fetch(gateway.admin + path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      expect(answer.status, `${method} ${path}`).toBeLessThan(300)
      return answer.status === 204 ? undefined : answer.json()
    },
  }
}
