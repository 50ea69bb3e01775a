/** Values that no output may hold, planted wherever a secret can be; and the search for them. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** @param place unlike a word, so that whatever shows it is found */
export const canary = (place: string): string => `c4n4ry-${place}-7f3a`

/** A key as it stands in a certificate's file; nothing of it is real. */
const keyBody = 'c4n4ryKeyBody7f3aAAAABBBBCCCCDDDDEEEEFFFF'
const privateKey = `-----BEGIN PRIVATE KEY-----\\n${keyBody}\\n-----END PRIVATE KEY-----`

/** For `--kong-addr`. */
export const addressOf = (address: string): string =>
  address.replace('http://', `http://user:${canary('address')}@`)

const basic = Buffer.from(`user:${canary('address')}`).toString('base64')

/** Of three characters, which stand nowhere by accident. */
const shortValue = 'q~7'

/** All canaries in an output. */
export const canariesIn = (text: string): string[] => [
  ...(text.includes(shortValue) ? [shortValue] : []),
  ...new Set([...text.matchAll(/c4n4ry[\w-]*/gi)].map(([found]) => found)),
  ...(text.includes(basic) ? ['the password of the address in base64'] : []),
]

/** What every command gets beside its own arguments. */
export const environment = {
  DECK_HOST: `${canary('variable')}.example`,
  DECK_SHORT: shortValue,
  DECK_JOURNAL_KEY: canary('journal'),
  DECK_KONG_ADMIN_TOKEN: canary('token'),
}

export const configFile = `headers: ["x-config:${canary('config')}"]\n`

export const headerFlags = [
  '--headers',
  `x-team:${canary('header')}`,
  '--headers',
  `Authorization:Bearer ${canary('bearer')}`,
]

/** A file that any gateway takes. Each secret stands on a line of its own, behind its name. */
export const stateText = `_format_version: "3.0"
services:
- name: a
  host: \${{ env "DECK_HOST" }}
  path: /\${{ env "DECK_SHORT" }}
  plugins:
  - name: session
    config:
      secret: ${canary('session')}
  - name: aws-lambda
    config:
      aws_key: ${canary('aws-key')}
      aws_secret: ${canary('aws-secret')}
      aws_region: eu-west-1
      function_name: f
  - name: rate-limiting
    config:
      minute: 5
      policy: redis
      redis:
        host: r.example
        password: ${canary('redis')}
consumers:
- username: c
  keyauth_credentials:
  - key: ${canary('key')}
  basicauth_credentials:
  - username: u
    password: ${canary('password')}
  hmacauth_credentials:
  - username: h
    secret: ${canary('hmac')}
  jwt_secrets:
  - key: issuer
    secret: ${canary('jwt')}
  oauth2_credentials:
  - name: o
    client_id: o
    client_secret: ${canary('oauth2')}
    redirect_uris: [http://a.example]
`

/** The file with one of its secrets damaged each time: bad YAML, a wrong type, a mistyped name. */
export const hurtTexts: readonly (readonly [what: string, text: string])[] = [
  ...stateText.matchAll(/^( *(?:- )?)(\w+): (c4n4ry\S+)$/gm),
].flatMap(({ 0: line, 1: indent = '', 2: name = '', 3: value = '', index }) => {
  const withLine = (other: string): string =>
    stateText.slice(0, index) + other + stateText.slice(index + line.length)
  const deeper = indent.replace('-', ' ')
  return (
    [
      ['no YAML', `${indent}${name}: ${value}: x`],
      ['a quote that is not closed', `${indent}${name}: "${value}`],
      ['a list', `${indent}${name}: [${value}, b]`],
      ['a list of lines', `${indent}${name}:\n${deeper}- ${value}\n${deeper}- x: y`],
      ['a mapping', `${indent}${name}: {a: ${value}}`],
      ['a block', `${indent}${name}: |\n${deeper}  ${value}\n${deeper} b: c`],
      ['a number', `${indent}${name}: 1e5 # ${name}: ${value}`],
      ['a mistyped name', `${indent}${name.slice(0, -1)}: ${value}`],
      ['a mistyped name with a list', `${indent}${name.slice(0, 2)}${name.slice(3)}: [${value}]`],
      ['a name twice', `${indent}${name}: ${value}\n${deeper}${name}: ${value}`],
      ['a tab', `${indent}${name}:\t${value}\n\t${deeper}x: y`],
    ] as const
  ).map(([what, other]) => [`${name} (${value}): ${what}`, withLine(other)] as const)
})

/** The fields that are hurt, each with its value. */
export const secretNames = [...new Set(hurtTexts.map(([what]) => what.split(': ')[0] ?? ''))]

export const certificateText = `_format_version: "3.0"
certificates:
- cert: "not a certificate"
  key: "${privateKey}"
  hots: [a]
`

/** @returns the files below a folder that hold a canary, but for those of these names */
export function canariesBelow(folder: string, inputs: ReadonlySet<string>): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter(name => !inputs.has(name) && statSync(join(folder, name)).isFile())
    .flatMap(name => canariesIn(readFileSync(join(folder, name), 'latin1')).map(found => `${name}: ${found}`))
}
