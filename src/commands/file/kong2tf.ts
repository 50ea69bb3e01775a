export { KongToTerraform as default } from '../../cli/file-operations/kong2tf.ts'
