/**
 * State files of OpenAPI documents. What becomes of each part is compared with decK in
 * `conformance/file-operations.test.ts`.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { deck, newFolder } from '../support/binary.ts'

it('openapi2kong makes a file that a gateway takes, the same each time', async () => {
  const api = `openapi: 3.0.3
info: {title: Pet Shop}
servers: [{url: "http://a.example:8080/v1"}, {url: "http://b.example:8080/v1"}]
x-kong-plugin-rate-limiting: {config: {minute: 5}}
paths:
  /pets/{petId}:
    parameters: [{$ref: "#/components/parameters/petId"}]
    get: {operationId: getPet, x-kong-plugin-key-auth: {}}
    delete: {servers: [{url: "https://admin.example"}]}
components:
  parameters:
    petId: {name: petId, in: path, required: true, schema: {type: string, minLength: 0}}
`
  const made = await deck(['file', 'openapi2kong', '--select-tag', 'pets'], { stdin: api })
  expect(made.stderr).toBe('')
  expect(parse(made.stdout)).toMatchObject({
    services: [
      {
        name: 'pet-shop',
        host: 'pet-shop.upstream',
        path: '/v1',
        port: 8080,
        plugins: [{ name: 'rate-limiting', tags: ['pets'] }],
        routes: [{ name: 'pet-shop_getpet', paths: ['~/pets/(?<petid>[^#?/]*)$'], methods: ['GET'] }],
      },
      {
        name: 'pet-shop_pets-petid_delete',
        host: 'admin.example',
        protocol: 'https',
        plugins: [],
        routes: [{ methods: ['DELETE'], plugins: [{ name: 'rate-limiting' }] }],
      },
    ],
    upstreams: [{ targets: [{ target: 'a.example:8080' }, { target: 'b.example:8080' }] }],
  })
  expect((await deck(['file', 'openapi2kong', '--select-tag', 'pets'], { stdin: api })).stdout).toBe(
    made.stdout,
  )
  expect((await deck(['file', 'validate', '-'], { stdin: made.stdout })).code).toBe(0)
})

it.each([
  ['swagger: "2.0"\npaths: {}', 'this is Swagger 2.0'],
  ['openapi: 3.0.0\ninfo: {title: x}', 'must have `.paths`'],
  ['openapi: 3.0.0\ninfo: {title: 宠物}\npaths: {}', 'give one with --uuid-base'],
  [
    'openapi: 3.0.0\ninfo: {title: x}\npaths: {/a: {get: {parameters: [{$ref: "#/components/parameters/b"}]}}}',
    "component '#/components/parameters/b' does not exist",
  ],
  [
    'openapi: 3.0.0\ninfo: {title: x}\npaths: {}\nx-kong-service-defaults: {$ref: "#/components/x-kong/y"}',
    "reference '#/components/x-kong/y' not found",
  ],
])('openapi2kong says what is wrong with %j', async (stdin, message) => {
  const { code, stdout, stderr } = await deck(['file', 'openapi2kong'], { stdin })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(message)
})

it('openapi2mcp offers operations as tools, with the scopes that they require', async () => {
  const api = `openapi: 3.0.3
info: {title: Pets}
servers: [{url: "http://a.example"}]
security: [{auth: [pets.read]}]
paths:
  /pets:
    get:
      operationId: listAllPets
      summary: All pets
      parameters: [{name: owner, in: query, schema: {$ref: "#/components/schemas/Owner"}}]
    post: {x-kong-mcp-exclude: true}
components:
  schemas:
    Owner: {type: object, required: [name], properties: {name: {type: string, maxLength: 9}, boss: {$ref: "#/components/schemas/Owner"}}}
  securitySchemes:
    auth: {type: oauth2, x-kong-mcp-acl: {acl_attribute_type: oauth_access_token}}
`
  const { stdout, stderr } = await deck(['file', 'openapi2mcp', '--no-id'], { stdin: api })
  expect(stderr).toBe('')
  const owner = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, boss: {} } }
  expect(parse(stdout).services[0].routes).toEqual([
    {
      name: 'pets-mcp',
      paths: ['/pets-mcp'],
      tags: [],
      plugins: [
        {
          name: 'ai-mcp-proxy',
          tags: [],
          config: {
            mode: 'conversion-listener',
            acl_attribute_type: 'oauth_access_token',
            tools: [
              {
                name: 'list-all-pets',
                method: 'GET',
                path: '/pets',
                description: 'All pets',
                annotations: { title: 'All pets' },
                parameters: [{ name: 'owner', in: 'query', required: false, schema: owner }],
                acl: { allow: ['pets.read'] },
              },
            ],
          },
        },
      ],
    },
  ])
  const both = await deck(['file', 'openapi2mcp'], { stdin: api.replace('[{auth:', '[{b: []}, {auth:') })
  expect(both.stderr).toContain('get /pets: only a single security requirement is supported')
})

/** A document of its own with these paths and whatever else. */
const document = (paths: string, more = ''): string =>
  `openapi: 3.0.3\ninfo: {title: Depot}\nservers: [{url: "https://depot.example"}]\n${more}paths:\n${paths}`

const made = async (stdin: string, argv: readonly string[] = []) => {
  const { code, stdout, stderr } = await deck(['file', 'openapi2kong', '--no-id', ...argv], { stdin })
  return { code, stderr, content: code === 0 ? parse(stdout) : undefined }
}

it('openapi2kong takes operations and schemas from other files, with their plugins', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'api/parts'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, 'api', name), text)
  write(
    'main.yaml',
    document(
      '  /one:\n    get: {$ref: parts/one.yaml, x-kong-plugin-cors: {}}\n  /two: {$ref: "parts/two.yaml#/items/0"}\n',
      'x-kong-plugin-request-validator: {config: {}}\n',
    ),
  )
  write(
    'parts/one.yaml',
    'operationId: one\nx-kong-plugin-key-auth: {}\nparameters: [{$ref: "../main.yaml#/components/parameters/q"}]\nrequestBody: {content: {application/json: {schema: {$ref: "schemas.json#/Node"}}}}\n',
  )
  write(
    'parts/two.yaml',
    'items: [{post: {$ref: "#/operations/two"}}]\noperations: {two: {operationId: two}}\n',
  )
  write('parts/schemas.json', '{"Node": {"type": "object", "properties": {"next": {"$ref": "#/Node"}}}}')
  appendFileSync(
    join(folder, 'api/main.yaml'),
    'components: {parameters: {q: {name: q, in: query, schema: {type: string}}}}\n',
  )
  const result = await deck(['file', 'openapi2kong', '-s', 'api/main.yaml', '--no-id'], { cwd: folder })
  expect([result.stderr, result.code]).toEqual(['', 0])
  const [one, two] = parse(result.stdout).services[0].routes
  expect(one.plugins.map(({ name }: { name: string }) => name)).toEqual([
    'cors',
    'key-auth',
    'request-validator',
  ])
  expect(JSON.parse(one.plugins[2].config.body_schema)).toEqual({
    $ref: '#/definitions/Node',
    definitions: { Node: { type: 'object', properties: { next: { $ref: '#/definitions/Node' } } } },
  })
  expect(one.plugins[2].config.parameter_schema).toMatchObject([{ name: 'q', in: 'query' }])
  expect([two.name, two.methods]).toEqual(['depot_two', ['POST']])
})

it('openapi2kong lists every reference that leads nowhere, and other problems, at their lines', async () => {
  const { code, stderr } = await made(
    document(
      `  /a:
    get: {$ref: ./gone.yaml}
    put: {$ref: "https://example.com/op.yaml"}
    post:
      parameters: [{in: query}, {$ref: "#/components/parameters/Gone"}]
      responses: {"200": {$ref: "#/components/responses/Gone"}}
      x-thing: {$ref: "#/nothing/is/checked/here"}
      requestBody: {content: {a/b: {example: {$ref: "#/this/is/data"}}}}
    GET: {}
  b: {}
  /c: {get: [], patch: null}
  /d/{${'x'.repeat(128)}}: {}
  /e/{id}/{ID}: {servers: [{url: "ftp://a"}, {url: "https://{who}.example"}, {url: "https://a:99999"}]}
`,
      'x-kong-plugin-cors: text\n',
    ),
  )
  expect(code).toBe(1)
  const places = [...stderr.matchAll(/^STDIN:(\d+:\d+): error: (.{0,34})/gm)].map(
    ([, at, text]) => `${at} ${text}`,
  )
  expect(places).toEqual([
    "4:21 expected 'x-kong-plugin-cors' to b",
    '7:17 file gone.yaml cannot be read: no ',
    "8:17 reference 'https://example.com/op.",
    '10:20 a parameter must have a name',
    "10:40 component '#/components/parameters",
    "11:33 component '#/components/responses/",
    "14:5 'GET' of path '/a' is no method",
    "15:3 path 'b' must begin with a slash",
    "16:8 operation get of path '/c' is no m",
    "16:17 operation patch of path '/c' says ",
    '17:3 path-parameter name exceeds 127 ch',
    "18:3 path parameters 'id' and 'ID' have",
    "18:34 server URL 'ftp://a' cannot be a s",
    "18:52 server URL 'https://{who}.example'",
    "18:84 server URL 'https://a:99999' canno",
  ])
  expect(stderr).toContain('hint: methods are written in small letters: get\n')
  expect(stderr.trimEnd()).toMatch(/Error: 15 problems in the OpenAPI document$/)
})

it('openapi2kong reads path parameters of 127 characters, a version that is a number, and empty lists', async () => {
  const name = 'n'.repeat(127)
  const { content } = await made(
    document(`  /p/{${name}}: {get: {parameters: null, responses: null}}\n  x-note: {}\n`).replace(
      '3.0.3',
      '3.1',
    ),
  )
  expect(content.services[0].routes).toHaveLength(1)
  expect(content.services[0].routes[0].paths).toEqual([`~/p/(?<${name}>[^#?/]+)$`])
})

it('openapi2kong writes values of headers in small letters, and none for an empty one', async () => {
  const parameter =
    '{name: X-Up, in: header, required: true, schema: {type: string, enum: [PROD, Test, "", null, prod]}}'
  const { content } = await made(document(`  /h: {get: {parameters: [${parameter}]}}\n`))
  const routes: { headers?: unknown }[] = content.services[0].routes
  expect(routes.map(({ headers }) => headers)).toEqual([
    { 'X-Up': ['prod'] },
    { 'X-Up': ['test'] },
    undefined,
  ])
})

it('openapi2kong warns of security and extensions that nothing is made of', async () => {
  const text = document(
    '  /s: {get: {security: [{key: []}], responses: {"200": {x-kong-plugin-cors: {}}}, x-kong-plugins-acl: {}}}\n',
    'components: {securitySchemes: {key: {type: apiKey, name: k, in: header}}}\n',
  )
  const left = await made(text)
  expect(left.code).toBe(0)
  expect([...left.stderr.matchAll(/warning: (.*)/g)].map(([, message]) => message)).toEqual([
    'nothing is made of these security requirements',
    "nothing is made of 'x-kong-plugin-cors' here",
    "nothing is made of 'x-kong-plugins-acl' here",
  ])
  const strict = await made(text, ['--generate-security'])
  expect(strict.code).toBe(1)
  expect(strict.stderr).toContain(
    "STDIN:6:14: error: only security-schemes of type 'openIdConnect' are supported",
  )
  const lenient = await made(text, ['--generate-security', '--ignore-security-errors'])
  expect(lenient.code).toBe(0)
  expect(lenient.stderr).toContain('STDIN:6:14: warning: security is left out')
})

it('openapi2mcp in mode conversion leaves out what only a listener reads', async () => {
  const api = document(
    '  /t: {get: {security: [{auth: [read]}]}}\n',
    'components: {securitySchemes: {auth: {type: oauth2, x-kong-mcp-acl: {acl_attribute_type: oauth_access_token, access_token_claim_field: scp}}}}\n',
  )
  const configOf = async (mode: string) => {
    const { stdout } = await deck(['file', 'openapi2mcp', '-m', mode], { stdin: api })
    return Object.keys(parse(stdout).services[0].routes[0].plugins[0].config)
  }
  expect(await configOf('conversion')).toEqual(['mode', 'tools'])
  expect(await configOf('conversion-listener')).toEqual([
    'access_token_claim_field',
    'acl_attribute_type',
    'mode',
    'tools',
  ])
})
