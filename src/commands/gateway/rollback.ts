import { restoreCommand } from '../../cli/restore-command.ts'

export default restoreCommand('rollback')
