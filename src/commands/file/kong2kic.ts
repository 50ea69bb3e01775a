export { KongToKubernetes as default } from '../../cli/file-operations/kong2kic.ts'
