import { historyCommand } from '../../cli/history-command.ts'

export default historyCommand()
