// Vitest's global set-up for tests of the built program: dist/ is made from the sources that are there now,
// also when they change while `vitest` watches.
import { build } from '../build.js'

export default async function setUp(project) {
  if (await build()) console.log('built dist/, which was older than its sources')
  project.onTestsRerun(build)
}
