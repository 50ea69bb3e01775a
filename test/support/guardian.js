// Ends what a test process leaves behind. That process writes `+<pid>` for each program that it starts and `-<pid>` when it has ended. Its own end, also by
// SIGKILL, closes the pipe: what is left then is killed, with all that it started.
import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'

const left = new Set()

function end(pid) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'])
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) left.add(pid)
  else left.delete(pid)
}
for (const pid of left) end(pid)
