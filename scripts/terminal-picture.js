// `node scripts/terminal-picture.js`: docs/terminal.svg, the terminal of the README, from a real run of the
// program.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from './build.js'
import { deck, startGateway } from './demo/stage.js'

const root = resolve(import.meta.dirname, '..')

const file = (path, plugin = '') => `_format_version: "3.0"
services:
- name: orders
  url: http://orders.example:8080/${path}
  routes:
  - name: orders
    paths: [/orders]
${plugin}`

const limit = value => `    plugins:
    - name: rate-limiting
      config:
        minute: ${value}
`

const lineHeight = 18
const colours = { $: '#ffffff', creating: '#7ee787', updating: '#f2cc60', deleting: '#ffa198' }

/** The colour of a line depends on its first word, as on a terminal. */
function colourOf(line) {
  if (/^Error|error/.test(line)) return colours.deleting
  return colours[line.split(' ', 1)[0]] ?? '#c9d1d9'
}

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function picture(lines) {
  const height = lines.length * lineHeight + 36
  const width = Math.max(...lines.map(line => line.length)) * 8 + 40
  const texts = lines.map(
    (line, index) =>
      `<text x="20" y="${index * lineHeight + 32}" fill="${colourOf(line)}" xml:space="preserve">${escaped(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>A terminal: deck file validate, diff and sync</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
${texts.join('\n')}
</g>
</svg>
`
}

async function main() {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'deck-terminal-'))
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const { admin, stop } = await startGateway(['serve', ...listen], join(folder, 'ready.json'))
  const path = join(folder, 'kong.yaml')
  const lines = []
  const run = async argv => {
    const { output } = await deck([...argv, path], { admin, show: [...argv, 'kong.yaml'] })
    lines.push(`$ deck ${argv.join(' ')} kong.yaml`, ...output.replaceAll(path, 'kong.yaml').split('\n'))
  }
  try {
    writeFileSync(path, file('v1'))
    await deck(['gateway', 'sync', path], { admin })
    writeFileSync(path, file('v2', limit('ten')))
    await run(['file', 'validate'])
    writeFileSync(path, file('v2', limit(10)))
    await run(['gateway', 'diff', '--compact'])
    await run(['gateway', 'sync', '--compact'])
  } finally {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
  writeFileSync(join(root, 'docs/terminal.svg'), picture(lines.slice(0, -1)))
}

await main()
