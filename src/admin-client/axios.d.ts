/** axios' one-file build for Node has no types of its own; they are the package's. */
declare module 'axios/dist/node/axios.cjs' {
  export { default } from 'axios'
}
