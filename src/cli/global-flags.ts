/**
 * The flags of every command. Names, defaults and meanings are decK 1.65's; each can also come from
 * `DECK_<NAME>` and from the config file (`settings.ts`).
 */
import * as Flags from '@oclif/core/flags'
import { boolean, env, inGroup, integer, string, strings } from './flag-types.ts'

export const defaultAddress = 'http://localhost:8001'

/**
 * Accepted because pipelines set them beside `--kong-addr`; `settings.ts` refuses those that select
 * Konnect.
 */
const konnectFlags = [
  'konnect-addr',
  'konnect-token',
  'konnect-token-file',
  'konnect-control-plane-name',
  'konnect-runtime-group-name',
] as const

const pemText = { value: 'PEM' }
const pemFile = { value: 'PATH' }

const connection = {
  'kong-addr': string('kong-addr', 'address of the Admin API', {
    value: 'ADDRESS',
    default: defaultAddress,
  }),
  headers: strings('headers', 'header of every request to the Admin API (repeatable)', 'NAME:VALUE'),
  'kong-admin-token': string('kong-admin-token', 'token, sent as Kong-Admin-Token (Kong Enterprise)', {
    value: 'TOKEN',
  }),
  timeout: integer('timeout', 'time limit of each request to the Admin API', 10, 'SECONDS'),
  'tls-skip-verify': boolean('tls-skip-verify', 'accept any certificate of the Admin API'),
  'tls-server-name': string(
    'tls-server-name',
    'name in the certificate of the Admin API (default: the host of --kong-addr)',
    { value: 'NAME' },
  ),
  'ca-cert': string('ca-cert', 'CA certificate of the Admin API, as PEM text', pemText),
  'ca-cert-file': string('ca-cert-file', 'CA certificate of the Admin API, as a PEM file', pemFile),
  'tls-client-cert': string('tls-client-cert', 'client certificate, as PEM text', pemText),
  'tls-client-cert-file': string('tls-client-cert-file', 'client certificate, as a PEM file', pemFile),
  'tls-client-key': string('tls-client-key', 'key of the client certificate, as PEM text', pemText),
  'tls-client-key-file': string(
    'tls-client-key-file',
    'key of the client certificate, as a PEM file',
    pemFile,
  ),
  'kong-cookie-jar-path': string(
    'kong-cookie-jar-path',
    'cookie file (Netscape format) with a session of Kong Manager',
    { value: 'PATH' },
  ),
  'skip-workspace-crud': boolean('skip-workspace-crud', 'do not look workspaces up, and do not create them'),
} as const

const general = {
  config: Flags.string({
    description: 'config file (default: ~/.deck.yaml, .deck.yml or .deck.json)',
    helpValue: 'FILE',
  }),
  deadline: Flags.integer({
    description: 'time limit of the whole run (default: none)',
    ...env('deadline'),
    helpValue: 'SECONDS',
  }),
  verbose: integer('verbose', '1: print each request and response to standard error', 0, 'LEVEL'),
  'no-color': boolean('no-color', 'print without colours'),
  analytics: Flags.boolean({
    description: 'accepted for compatibility; nothing is ever sent',
    hidden: true,
    ...env('analytics'),
  }),
  ...Object.fromEntries(
    konnectFlags.map(name => [name, string(name, 'of Konnect, which is not supported', { hidden: true })]),
  ),
} as const

export const globalFlags = {
  ...inGroup('CONNECTION', connection),
  ...inGroup('GENERAL', general),
} as const
