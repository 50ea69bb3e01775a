/** Runs in every test process: vitest's processes would outlive a runner that was killed, and go on testing. */
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
