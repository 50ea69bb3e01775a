/** A user without a name, a shell or a home, as `docker run --user 1234` has it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deck, guide, repository } from '../support/binary.ts'

const env = {
  NODE_OPTIONS: `--require ${JSON.stringify(join(repository, 'test/support/nameless-user.cjs'))}`,
}

test.each([
  ['--help'],
  ['gateway', 'sync', '--help'],
  ['validate', guide],
  ['completion', 'bash'],
  ['version'],
])('deck %s %s', async (...argv) => {
  expect(await deck(argv, { env })).toMatchObject({ code: 0, stderr: '' })
})
