import { dumpCommand } from '../../cli/dump-command.ts'

export default dumpCommand('long')
