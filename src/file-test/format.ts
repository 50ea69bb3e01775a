/**
 * The format of TESTS.yaml, as data: what is checked, and what docs/testing.schema.json is made of.
 * docs/testing.md explains it.
 */
import { type Shape, toJsonSchema } from './shape.ts'

const text = (description: string): Shape => ({ type: 'text', description })

const duration: Shape = {
  type: 'either',
  description: 'seconds (60), or a text such as 90s, 2m, 1h30m',
  of: [
    { type: 'number', from: 0, to: 366 * 86_400 },
    { type: 'text', pattern: /^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/, what: 'a duration such as 90s or 2m' },
  ],
}

const status: Shape = { type: 'number', from: 100, to: 599, whole: true }

const headers = (description: string): Shape => ({
  type: 'map',
  description,
  of: {
    type: 'either',
    of: [{ type: 'text' }, { type: 'number' }, { type: 'flag' }],
  },
})

const expectedText = (description: string): Shape => ({
  type: 'either',
  description,
  of: [
    { type: 'text' },
    { type: 'number' },
    { type: 'flag' },
    { type: 'null' },
    {
      type: 'record',
      oneOf: ['contains', 'matches'],
      fields: {
        contains: text('text that the value contains'),
        matches: text('regular expression that the value matches (JavaScript)'),
      },
    },
  ],
})

const expectedHeaders = (description: string): Shape => ({
  type: 'map',
  description,
  of: expectedText('the value; null: the header is absent'),
})

const expectedBody: Shape = {
  type: 'either',
  description: 'the whole body as text, or a part of it',
  of: [
    { type: 'text' },
    {
      type: 'record',
      oneOf: ['contains', 'matches', 'json'],
      fields: {
        contains: text('text that the body contains'),
        matches: text('regular expression that the body matches (JavaScript)'),
        json: {
          type: 'any',
          description: 'the body is JSON and has these values; further fields are allowed',
        },
      },
    },
  ],
}

const share: Shape = {
  type: 'either',
  description: 'number of requests, or their share: 50%, 40%..60%',
  of: [
    { type: 'number', from: 0, whole: true },
    {
      type: 'text',
      pattern: /^\d+(\.\d+)?%(\.\.\d+(\.\d+)?%)?$/,
      what: 'a share such as 50% or 40%..60%',
    },
  ],
}

const expectation: Shape = {
  type: 'record',
  description: 'what every response of this step is',
  fields: {
    status: {
      type: 'either',
      description: 'status of the response: 200, 2xx or a list',
      of: [
        status,
        { type: 'text', pattern: /^[1-5]xx$/, what: 'a class of statuses such as 2xx' },
        { type: 'list', of: status, notEmpty: true },
      ],
    },
    route: {
      type: 'either',
      description: 'name or id of the route; null: no route',
      of: [{ type: 'text' }, { type: 'null' }],
    },
    service: {
      type: 'either',
      description: 'name or id of the service; null: no service',
      of: [{ type: 'text' }, { type: 'null' }],
    },
    headers: expectedHeaders('headers of the response'),
    body: expectedBody,
    plugins: { type: 'list', of: { type: 'text' }, description: 'plugins that ran, in order' },
    targets: {
      type: 'map',
      description: 'which target answered how many of the requests of this step: host:port and share',
      of: share,
    },
    alternates: { type: 'flag', description: 'no two requests in a row go to the same target' },
    received: {
      type: 'record',
      description: 'the request as the target received it; needs stand-in backends',
      fields: {
        method: text('method'),
        path: expectedText('path with its query'),
        headers: expectedHeaders('headers of the request'),
        body: expectedBody,
      },
    },
  },
}

const step: Shape = {
  type: 'record',
  oneOf: ['request', 'wait', 'pause', 'stop', 'start'],
  fields: {
    request: {
      type: 'text',
      pattern: /^[A-Z]+ (https?:\/\/[^\s/]+)?(\/\S*)?$/,
      what: 'a method and a URL such as GET /mock',
      description: 'method and URL: GET /mock, POST https://api.example.com/users',
    },
    headers: headers('headers of the request'),
    body: text('body of the request'),
    json: { type: 'any', description: 'body of the request as JSON; sets Content-Type' },
    client: {
      type: 'text',
      pattern: /^127\.\d+\.\d+\.\d+$/,
      what: 'a loopback address such as 127.0.0.2',
      description: 'address of the client, below 127.0.0.0/8',
    },
    times: { type: 'number', from: 1, to: 10_000, whole: true, description: 'how often (default: 1)' },
    expect: expectation,
    wait: { ...duration, description: "moves the gateway's clock; takes no time" },
    pause: {
      type: 'number',
      from: 0,
      to: 60,
      description: 'waits really: seconds, for active health checks',
    },
    stop: text('host:port of a stand-in backend that stops listening'),
    start: text('host:port of a stand-in backend that listens again'),
  },
}

const answer: Shape = {
  type: 'record',
  fields: {
    method: text('only requests with this method'),
    path: text('only requests whose path begins with this'),
    status: { ...status, description: 'status (default: 200)' },
    headers: headers('headers of the response'),
    body: text('body (default: the name of the backend)'),
    json: { type: 'any', description: 'body as JSON; sets Content-Type' },
    delay: { type: 'number', from: 0, to: 60, description: 'seconds before the response' },
  },
}

export const testsShape: Shape = {
  type: 'record',
  description: 'Tests of a state file for deck file test.',
  required: ['tests'],
  fields: {
    timeout: {
      type: 'number',
      from: 0.1,
      to: 300,
      description: 'seconds that one request may take (default: 10)',
    },
    clock: {
      type: 'text',
      pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      what: 'a time such as 2026-01-31T12:00:00Z',
      description: 'time at which each test begins (default: the last full hour)',
    },
    backends: {
      type: 'map',
      description: 'responses of stand-in backends, by host:port; the first that fits a request is sent',
      of: { type: 'list', of: answer },
    },
    tests: {
      type: 'list',
      notEmpty: true,
      of: {
        type: 'record',
        required: ['name', 'steps'],
        fields: {
          name: text('what the gateway is expected to do'),
          steps: { type: 'list', of: step, notEmpty: true },
        },
      },
    },
  },
}

/** The content of docs/testing.schema.json. */
export const testsSchema = (): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'TESTS.yaml of deck file test',
  ...toJsonSchema(testsShape),
})

/** A number of seconds, or `1h30m`. */
export function secondsOf(value: string | number): number {
  if (typeof value === 'number') return value
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 }
  return [...value.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 1),
    0,
  )
}
