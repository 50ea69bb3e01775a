/**
 * `deck completion SHELL`: a script of words that are all known when it is printed, so that pressing Tab
 * starts no program of ours.
 */
import { UsageError } from '../../errors.ts'
import { bashScript } from './bash.ts'
import { type Command, completableCommands } from './completions.ts'
import { fishScript } from './fish.ts'
import { powershellScript } from './powershell.ts'
import { zshScript } from './zsh.ts'

const scripts: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
}

export const shells: readonly string[] = Object.keys(scripts)

/** @param root the folder of package.json; @throws UsageError, in decK's words */
export function completionScript(shell: readonly string[], root: string): string {
  const [name = ''] = shell
  if (shell.length !== 1) {
    throw new UsageError(`accepts 1 arg(s), received ${shell.length}`, { hint: shells.join(', ') })
  }
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined
  if (script === undefined) throw new UsageError(`invalid shell: "${name}"`, { hint: shells.join(', ') })
  return script(completableCommands(root))
}
