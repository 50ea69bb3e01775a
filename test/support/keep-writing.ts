/**
 * A process of its own with a gateway on a folder: says its address, then writes services until it is
 * killed, and says each answered one.
 */
import { startBareGateway } from './bare-gateway.ts'

const [folder = ''] = process.argv.slice(2)
const gateway = await startBareGateway({ version: { major: 3, minor: 9, text: '3.9' }, dataDir: folder })
process.stdout.write(`${gateway.admin}\n`)
for (let n = 0; ; n++) {
  const answer = await fetch(`${gateway.admin}/services/kept-${n}`, {
    method: 'PUT',
    body: JSON.stringify({ host: 'kept.example' }),
    headers: { 'Content-Type': 'application/json' },
  })
  if (answer.ok) process.stdout.write(`kept-${n}\n`)
}
