// `npm start`: the whole idea in half a minute, with the real binary: Kong's guide to load balancing, its
// file unchanged. Every step is checked; the first that does not show what it should ends the demonstration
// with 1. `npm start -- --keep` leaves the gateway running.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { build } from './build.js'
import { createBackend, deck, expect, get, startGateway } from './demo/stage.js'
import { install } from './install.js'

const root = resolve(import.meta.dirname, '..')
const file = relative(root, join(root, 'fixtures/guide/kong.yaml'))

const title = text => console.log(`\n── ${text}`)
const summary = (created, updated, deleted) =>
  `Summary:\n  Created: ${created}\n  Updated: ${updated}\n  Deleted: ${deleted}\n`

async function requests(count, url, client) {
  const answers = []
  for (let sent = 0; sent < count; sent++) answers.push(await get(url, client))
  return answers
}

async function syncTheFile(admin) {
  title("The guide's file, looked at, compared, applied")
  const valid = await deck(['validate', file], { admin })
  expect(valid.code === 0, 'the file is valid: nothing to say, exit code 0')
  const planned = await deck(['diff', file], { admin })
  expect(planned.output.includes(summary(10, 0, 0)), '10 entities to create, and nothing changed yet')
  const synced = await deck(['sync', file], { admin })
  expect(synced.code === 0 && synced.output.includes(summary(10, 0, 0)), '10 created')
  const again = await deck(['diff', file], { admin })
  expect(again.output.includes(summary(0, 0, 0)), 'nothing left to do')
}

const alternate = answers =>
  answers.every(({ status }) => status === 200) &&
  answers.every(({ body }, index) => index === 0 || body !== answers[index - 1].body)

async function balance(proxy, [one, two]) {
  const url = `${proxy}/mock`
  title(`Requests to /mock alternate between the two targets`)
  expect(alternate(await requests(4, url, '127.0.0.2')), 'one and the other in turn')
  title(`${two.name} is stopped`)
  await two.stop()
  const alone = await requests(4, url, '127.0.0.3')
  expect(
    alone.every(({ status, body }) => status === 200 && body === one.name),
    `every answer comes from ${one.name}`,
  )
  title(`${two.name} is back`)
  await two.start()
  expect(alternate(await requests(4, url, '127.0.0.4')), 'they alternate again')
}

async function cache(proxy) {
  title('JSON is kept by the proxy-cache plugin for 30 seconds')
  const [first, second] = await requests(2, `${proxy}/mock/json`, '127.0.0.5')
  expect(first?.cache === 'Miss' && second?.cache === 'Hit', 'the second answer comes from the cache')
}

/** Counted by the minute: one that ends in between is begun anew by another client. */
async function limit(proxy, client = 6) {
  title(
    'Five requests a minute for each client, says the rate-limiting plugin (so far each group of requests was another client)',
  )
  const minute = () => Math.floor(Date.now() / 60_000)
  const began = minute()
  const statuses = (await requests(6, `${proxy}/mock`, `127.0.0.${client}`)).map(({ status }) => status)
  if (minute() !== began) return limit(proxy, client + 1)
  expect(statuses.join(' ') === '200 200 200 200 200 429', 'the sixth is refused')
}

async function test() {
  title('The same, as tests for CI: fixtures/guide/TESTS.yaml, with a clock that the tests move')
  const tests = relative(root, join(root, 'fixtures/guide/TESTS.yaml'))
  const tested = await deck(['file', 'test', file, tests], {})
  expect(tested.code === 0, 'all tests passed')
}

async function change(admin, folder) {
  title('What the gateway has, as a file')
  const dumped = await deck(['dump', '-o', '-'], { admin, lines: 12 })
  expect(dumped.code === 0 && dumped.output.includes('example_upstream'), 'dumped')
  title('A changed file: the cache keeps for 60 seconds, one target is gone')
  const guide = readFileSync(join(root, file), 'utf8')
  const changed = guide
    .replace('cache_ttl: 30', 'cache_ttl: 60')
    .replace(/ {4}- target: httpbun\.com:80\n {6}weight: 100\n/, '')
  const path = join(folder, 'changed.yaml')
  writeFileSync(path, changed)
  const synced = await deck(['sync', path], { admin, show: ['sync', 'changed.yaml'] })
  expect(synced.code === 0 && synced.output.includes(summary(0, 1, 1)), 'one updated, one deleted')
}

async function demonstrate(folder, keep) {
  const backends = [createBackend('httpbin'), createBackend('httpbun')]
  const gateways = []
  const clean = () =>
    Promise.all([...gateways.map(({ stop }) => stop()), ...backends.map(({ stop }) => stop())])
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => clean().then(() => process.exit(keep ? 0 : 1)))
  }
  await Promise.all(backends.map(({ start }) => start()))
  try {
    title('A gateway, and two backends that stand for the guide’s servers')
    const [one, two] = backends
    const resolved = [
      `httpbin.konghq.com:80=127.0.0.1:${one.port()}`,
      `httpbun.com:80=127.0.0.1:${two.port()}`,
    ]
    const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
    const argv = ['serve', ...listen, ...resolved.flatMap(text => ['--resolve', text])]
    const gateway = await startGateway(argv, join(folder, 'ready.json'))
    gateways.push(gateway)
    console.log(`\n$ export DECK_KONG_ADDR=${gateway.admin}`)
    await syncTheFile(gateway.admin)
    await balance(gateway.proxy, backends)
    await cache(gateway.proxy)
    await limit(gateway.proxy)
    await change(gateway.admin, folder)
    await test()
    title('All as it should be.')
    if (!keep) return
    console.log(
      `\nThe gateway stays until Ctrl-C. Manager: ${gateway.manager}  Admin API: ${gateway.admin}  proxy: ${gateway.proxy}`,
    )
    await gateway.ended
  } finally {
    await clean()
  }
}

async function main(argv) {
  if (!argv.includes('--no-build')) {
    if (install()) console.log('installed')
    if (await build()) console.log('built')
  }
  const folder = mkdtempSync(join(tmpdir(), 'deck-start-'))
  try {
    await demonstrate(folder, argv.includes('--keep'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main(process.argv.slice(2)).catch(error => {
  console.error(`\nError: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
})
