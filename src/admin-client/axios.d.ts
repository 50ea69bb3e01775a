/** axios' one-file build for Node has no types; the package's types describe it. */
declare module 'axios/dist/node/axios.cjs' {
  export { default } from 'axios'
}
