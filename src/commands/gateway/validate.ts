import { validateCommand } from '../../cli/validate-command.ts'

export default validateCommand('gateway')
