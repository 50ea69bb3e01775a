// What the package's program and the standalone one have in common: both run the same bundles.
'use strict'
const { readFileSync, writeSync } = require('node:fs')
const { join } = require('node:path')

/**
 * @param {() => { main(argv: string[], root: string): Promise<number> }} load the program, loaded only where
 *   it is needed
 * @param {string[]} argv
 * @param {string} root the folder of package.json and dist/
 */
function start(load, argv, root) {
  try {
    if (argv.length === 1 && argv[0] === 'version') {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      writeLine(`deck v${version}\n`)
      return
    }
    process.stdout.on('error', onOutputError)
    process.stderr.on('error', onOutputError)
    load()
      .main(argv, root)
      .then(code => {
        process.exitCode = code
      }, reportBug)
  } catch (error) {
    reportBug(error)
  }
}

/** Without `process.stdout`, which loads Node's streams: a twentieth of such a run. */
function writeLine(line) {
  try {
    writeSync(1, line)
  } catch (error) {
    // A pipe that somebody else has made non-blocking, and that is full.
    if (error.code === 'EAGAIN') process.stdout.write(line)
    else onOutputError(error)
  }
}

/**
 * The reader of our output may leave early (`deck sync | head`); the work goes on, and the exit code says how
 * it went.
 */
function onOutputError(error) {
  if (error.code !== 'EPIPE') throw error
}

function reportBug(error) {
  process.exitCode = 1
  process.stderr.write(
    `Error: this is a bug in deck, please report it with the lines below\n${error?.stack ?? error}\n`,
  )
}

module.exports = { start }
