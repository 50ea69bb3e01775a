/** Files of each sort that a command reads, and the commands that read them: what mutated files are made of. */
const state = `_format_version: "3.0"
_info:
  select_tags: [team-a]
  defaults: {service: {retries: 3}, route: {strip_path: false}}
_plugin_configs:
  limits: {minute: 5, policy: local}
services:
- name: a
  url: "https://\${{ env \\"DECK_A\\" }}.example.com:8443/v1"
  tags: &tags [one, two]
  routes:
  - {name: r1, paths: [/a, '~/a/(?<id>\\d+)$'], methods: [GET], headers: {x-a: [b]}, tags: *tags}
  - name: r2
    expression: http.path ^= "/b" && http.method == "GET"
    plugins:
    - {name: rate-limiting, _config: limits}
  plugins:
  - name: request-transformer
    config: {add: {headers: ["x:$(headers.y)"]}}
  - name: pre-function
    config:
      access:
      - |
        local a = 1 -- b
        kong.log("x", a)
upstreams:
- name: u
  algorithm: consistent-hashing
  hash_on: header
  hash_on_header: x-id
  healthchecks: {active: {http_path: /h, healthy: {interval: 5}}}
  targets: [{target: "10.0.0.1:80", weight: 5}, {target: "[::1]:80"}]
consumers:
- username: c
  custom_id: "7"
  keyauth_credentials: [{key: "\${{ env \\"DECK_B\\" }}"}]
  basicauth_credentials: [{username: u, password: p}]
  jwt_secrets: [{key: k, secret: s}]
  acls: [{group: g}]
consumer_groups: [{name: g, consumers: [{username: c}]}]
vaults: [{name: env, prefix: my-env, config: {prefix: X_}}]
plugins:
- {name: cors, service: a, config: {origins: ["https://a.example", '~^b']}}
- {name: key-auth, consumer: c}
`

const openapi = `openapi: 3.0.3
info: {title: Pets, version: "1"}
servers:
- url: "https://{env}.pets.example/v1"
  variables: {env: {default: api}}
x-kong-name: pets
x-kong-plugin-cors: {config: {origins: ["*"]}}
paths:
  /pets/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer}}
    get:
      operationId: get-pet
      security: [{oidc: [read]}]
      x-kong-plugin-request-validator: {}
      responses: {"200": {description: ok}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses: {default: {$ref: "#/components/responses/Ok"}}
components:
  schemas: {Pet: {type: object, properties: {name: {type: string}, child: {$ref: "#/components/schemas/Pet"}}}}
  responses: {Ok: {description: ok}}
  securitySchemes: {oidc: {type: openIdConnect, openIdConnectUrl: https://a.example}}
`

const ruleset = `rules:
  service-name:
    given: $.services[*].name
    severity: error
    then: {function: pattern, functionOptions: {match: "^[a-z]+$"}}
  tags:
    given: ["$..tags", "$.services[?(@.name)]"]
    then: [{field: length, function: truthy}, {function: length, functionOptions: {min: 1, max: 3}}]
  casing: {given: "$.services[*]", then: {field: name, function: casing, functionOptions: {type: kebab}}}
`

const patch = `_format_version: "1.0"
patches:
- selectors: ["$..services[*]", "$.routes[?(@.name=='r1')]"]
  values: {read_timeout: 10, tags: [x]}
  remove: [url]
- selectors: [$]
  values: [{}]
`

const plugins = `_format_version: "1.0"
add-plugins:
- selectors: ["$.services[*]"]
  overwrite: true
  plugins: [{name: key-auth, config: {key_names: [k]}}]
`

const config = `kong-addr: http://localhost:8001
headers: ["a:b"]
timeout: 5
verbose: 0
tls-skip-verify: true
`

const declarative = `_format_version: "3.0"
_transform: true
services:
- name: a
  host: a.example
  routes: [{name: r, paths: [/a]}]
  plugins: [{name: rate-limiting, config: {minute: 1}}]
consumers: [{username: c, keyauth_credentials: [{key: k}]}]
upstreams: [{name: u, targets: [{target: "h:1"}]}]
`

/** What a command is given: the mutated file, and whole ones beside it. */
export interface Paths {
  readonly mutated: string
  readonly state: string
  readonly ruleset: string
  readonly patch: string
}

export interface Sort {
  readonly name: string
  readonly text: string
  /** For changes of what is in it. Default: YAML. */
  readonly parse?: (text: string) => unknown
  readonly commands: readonly ((paths: Paths) => readonly string[])[]
}

const file =
  (...words: string[]) =>
  (paths: Paths): readonly string[] => ['file', ...words, paths.mutated]
const fromStdin =
  (...words: string[]) =>
  (paths: Paths): readonly string[] => ['file', ...words, '-s', paths.mutated]

/** Commands that need no gateway. */
export const sorts: readonly Sort[] = [
  {
    name: 'state file',
    text: state,
    commands: [
      file('validate'),
      file('render', '--populate-env-vars'),
      file('render', '--format', 'json'),
      file('merge'),
      ({ state: other, mutated }) => ['file', 'merge', other, mutated],
      fromStdin('add-tags', 'x'),
      fromStdin('remove-tags', 'one'),
      fromStdin('remove-tags', '--keep-only', 'two'),
      fromStdin('list-tags'),
      fromStdin('add-plugins', '--config', '{"name":"cors"}', '--selector', '$..services[*]'),
      fromStdin('namespace', '--path-prefix=/x'),
      fromStdin('namespace', '--host=x.example'),
      fromStdin('patch', '--selector', '$..routes[*]', '--value', 'tags:["x"]'),
      ({ mutated }) => ['file', 'format', 'dbless', mutated],
      ({ mutated }) => ['file', 'format', 'deck', mutated],
      ({ mutated }) => [
        'file',
        'convert',
        '--from',
        'kong-gateway-2.x',
        '--to',
        'kong-gateway-3.x',
        '--input-file',
        mutated,
      ],
      ({ mutated }) => [
        'file',
        'convert',
        '--from',
        'kong-gateway-2.8',
        '--to',
        'kong-gateway-3.4',
        '--input-file',
        mutated,
      ],
      ({ mutated }) => ['file', 'convert', '--from', '3.4', '--to', '3.10', '--input-file', mutated],
      ({ ruleset: rules, mutated }) => ['file', 'lint', rules, '-s', mutated],
    ],
  },
  {
    name: 'OpenAPI document',
    text: openapi,
    commands: [fromStdin('openapi2kong'), fromStdin('openapi2mcp')],
  },
  {
    name: 'ruleset',
    text: ruleset,
    commands: [({ mutated, state: other }) => ['file', 'lint', mutated, '-s', other]],
  },
  {
    name: 'patch file',
    text: patch,
    commands: [({ mutated, state: other }) => ['file', 'patch', '-s', other, mutated]],
  },
  {
    name: 'plugin file',
    text: plugins,
    commands: [({ mutated, state: other }) => ['file', 'add-plugins', '-s', other, mutated]],
  },
  {
    name: 'config file',
    text: config,
    commands: [({ mutated, state: other }) => ['file', 'validate', '--config', mutated, other]],
  },
]

/** For what reads it over HTTP: `POST /config` and `serve --declarative-config`. */
export const declarativeFile = declarative

export const wholeFiles = { state, ruleset, patch }
