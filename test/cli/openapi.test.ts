/** State files of OpenAPI documents. What becomes of each part is compared with decK in `conformance/file-operations.test.ts`. */
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { deck } from '../support/binary.ts'

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
