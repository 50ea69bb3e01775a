import { unlockCommand } from '../../cli/unlock-command.ts'

export default unlockCommand()
