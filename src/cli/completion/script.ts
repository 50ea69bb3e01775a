/** `deck completion SHELL`: a short script that asks `deck __complete` when Tab is pressed. */
import { UsageError } from '../../errors.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { powershellScript } from './powershell.ts'
import { zshScript } from './zsh.ts'

const scripts: Readonly<Record<string, string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
}

const shells: readonly string[] = Object.keys(scripts)

/** @throws UsageError, in decK's words */
export function completionScript(shell: readonly string[]): string {
  const [name = ''] = shell
  if (shell.length !== 1) {
    throw new UsageError(`accepts 1 arg(s), received ${shell.length}`, { hint: shells.join(', ') })
  }
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined
  if (script === undefined) throw new UsageError(`invalid shell: "${name}"`, { hint: shells.join(', ') })
  return script
}
