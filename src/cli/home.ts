/** The user's own folder. A container's user may have none: no `HOME` and no line in /etc/passwd. */
import { homedir } from 'node:os'

export function homeFolder(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}
