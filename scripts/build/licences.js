// The licences of all libraries whose code is in dist/, as these licences ask: one text, dist/licences.txt.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reviewedLicences } from './packages.js'

/**
 * `node_modules/a/b.js` → `node_modules/a`, `node_modules/@a/b/c.js` → `node_modules/@a/b`; undefined for our
 * own.
 */
const packageOf = file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]

/** The library that is there as a program of its own, dist/pcre2.wasm.br. */
const pcre2 = root => ({
  title: 'PCRE2 10.46 (BSD-3-Clause)',
  text: readFileSync(join(root, 'scripts/pcre2/LICENCE'), 'utf8').trim(),
})

/** @param files all that was bundled, relative to the root */
export function licencesOf(root, files) {
  const folders = new Set(files.map(packageOf).filter(folder => folder !== undefined))
  return [...folders]
    .map(folder => join(root, folder))
    .map(folder => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = readdirSync(folder).find(one => /^(licen[cs]e|copying)(\.|$|-)/i.test(one))
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
      return { title: `${name} ${version} (${license ?? reviewedLicences[`${name} ${version}`]})`, text }
    })
    .concat(pcre2(root))
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ title, text }) => `${title}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`)
}
