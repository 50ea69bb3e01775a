import { pingCommand } from '../cli/ping-command.ts'

export default pingCommand('short')
