import { ShowCommand } from '../../cli/show-command.ts'

export default ShowCommand
