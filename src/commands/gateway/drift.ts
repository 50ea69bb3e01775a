import { DriftCommand } from '../../cli/drift-command.ts'

export default DriftCommand
