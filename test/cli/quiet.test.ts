/**
 * Every plugin that Kong bundles, in both versions: synced, then dumped in every form, and no diff of any of
 * these finds a difference.
 */
import { describe, expect, it } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import { deck, newFile, serve } from '../support/binary.ts'
import { leastConfig } from '../support/sample-plugin.ts'

describe.each(['2.8', '3.9'])('the plugins of Kong %s', version => {
  const parsed = parseVersion(version)
  const names = parsed === undefined ? [] : pluginsAt(parsed).map(({ name }) => name)

  it('are quiet', async () => {
    const gateway = await serve(['--kong-version', version])
    try {
      const run = (...argv: string[]) => deck(['gateway', ...argv, '--kong-addr', gateway.admin])
      const all = names.map(name => ({ name, config: leastConfig(name, version) }))
      const isGlobal = ({ name }: { name: string }) =>
        parsed !== undefined && pluginSchema(name, parsed)?.fields['service'] !== undefined
      const plugins = all.filter(one => !isGlobal(one))
      const text = JSON.stringify({
        _format_version: '3.0',
        services: [{ name: 's', host: 'h', plugins }],
        plugins: all.filter(isGlobal),
      })
      const file = newFile('plugins.json', text)
      const synced = await run('sync', file)
      expect(synced.stderr).toBe('')
      expect(synced.stdout).toContain(`Created: ${names.length + 1}`)
      const quiet = 'Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n'
      expect((await run('diff', file)).stdout).toBe(quiet)
      for (const form of [[], ['--with-id'], ['--skip-defaults'], ['--format', 'json']]) {
        const dumped = await run('dump', ...form)
        expect(dumped.code).toBe(0)
        const again = await run('diff', newFile('dump.yaml', dumped.stdout))
        expect({ form, stdout: again.stdout, stderr: again.stderr }).toEqual({
          form,
          stdout: quiet,
          stderr: '',
        })
      }
    } finally {
      await gateway.stop()
    }
  })
})
