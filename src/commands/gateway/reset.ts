import { resetCommand } from '../../cli/reset-command.ts'

export default resetCommand('long')
