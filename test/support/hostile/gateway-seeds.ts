/**
 * Files that commands read which speak to a gateway: state files, saved plans, certificates, cookies,
 * settings. What mutated files are made of.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { deck, guide, type Served } from '../binary.ts'
import { certificate, privateKey } from '../client-certificate.ts'
import { type Paths, type Sort, wholeFiles } from './seeds.ts'

const cookies = `# Netscape HTTP Cookie File
#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc
.localhost\tTRUE\t/a\tTRUE\t4102444800\tother\t"x y"
`

const config = `kong-addr: http://127.0.0.1:1
headers: ["a:b"]
timeout: 1
verbose: 0
parallelism: 3
`

/** What is no YAML is changed line by line. */
const inLines = (text: string): unknown => text.split('\n')

/** @returns files of a folder, whole ones beside the one that is changed */
export function hostileFiles(folder: string): Paths {
  const path = (name: string): string => join(folder, `${name}.yaml`)
  for (const name of ['state', 'ruleset', 'patch'] as const) writeFileSync(path(name), wholeFiles[name])
  return { mutated: path('mutated'), state: path('state'), ruleset: path('ruleset'), patch: path('patch') }
}

/** Commands on a gateway, which they change. */
export async function gatewaySorts(folder: string, gateway: Served): Promise<Sort[]> {
  const [plan, key] = [join(folder, 'plan.json'), join(folder, 'key.pem')]
  const state = readFileSync(guide, 'utf8')
  writeFileSync(key, privateKey)
  const at = ['--kong-addr', gateway.admin]
  await deck(['gateway', 'diff', guide, '--out', plan, ...at])
  const on =
    (...words: string[]) =>
    ({ mutated }: Paths): readonly string[] => ['gateway', ...words, mutated, ...at]
  const certificates = ['--tls-client-key-file', key, '--kong-addr', gateway.proxyTls]
  return [
    {
      name: 'state file, with a gateway',
      text: state,
      parse,
      commands: [
        on('diff'),
        on('diff', '--json-output'),
        on('validate'),
        on('sync', '--yes', '--no-journal'),
        on('apply', '--no-journal'),
      ],
    },
    {
      name: 'saved plan',
      text: readFileSync(plan, 'utf8'),
      parse: JSON.parse,
      commands: [on('show'), on('sync', '--yes', '--no-journal', '--plan')],
    },
    {
      name: 'certificate',
      text: certificate,
      parse: inLines,
      commands: [
        ({ mutated }) => ['gateway', 'ping', '--ca-cert-file', mutated, '--kong-addr', gateway.proxyTls],
        ({ mutated }) => ['gateway', 'ping', '--tls-client-cert-file', mutated, ...certificates],
      ],
    },
    {
      name: 'cookie file',
      text: cookies,
      parse: inLines,
      commands: [on('ping', '--kong-cookie-jar-path')],
    },
    {
      name: 'config file, with a gateway',
      text: config,
      parse,
      commands: [({ mutated }) => ['gateway', 'dump', '--config', mutated, '-o', '-', ...at]],
    },
  ]
}
