// One command of a deck binary, run to its end: wall time, CPU time and peak memory.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

// What the kernel tells of a process while it lives (Linux); what was seen last counts.
function watch(pid) {
  const seen = { peak: undefined, cpu: undefined }
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const peak = /VmHWM:\s+(\d+) kB/.exec(status)
      if (peak !== null) seen.peak = Number(peak[1]) / 1024
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number)
      // Counted in hundredths of a second.
      if (peak !== null) seen.cpu = (user + system) * 10
    } catch {
      // The process is gone, or this is no Linux.
    }
  }
  const timer = setInterval(look, 5)
  return () => {
    clearInterval(timer)
    return seen
  }
}

/** @returns {Promise<{ wall: number, cpu?: number, peak?: number }>} milliseconds and MB */
export function measuredRun(binary, argv, folder) {
  return new Promise((done, fail) => {
    const started = process.hrtime.bigint()
    const child = spawn(binary[0], [...binary.slice(1), ...argv], {
      cwd: folder,
      env: { ...process.env, HOME: folder, DECK_ANALYTICS: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stop = watch(child.pid)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output = (output + chunk).slice(-2000)
      })
    }
    child.on('error', fail)
    child.on('close', code => {
      const wall = Number(process.hrtime.bigint() - started) / 1e6
      const seen = stop()
      if (code === 0) done({ wall, ...seen })
      else fail(new Error(`${binary.join(' ')} ${argv.join(' ')} ended with ${code}:\n${output}`))
    })
  })
}
