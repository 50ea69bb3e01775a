/** Parts of axios that its package exports without types of their own. */
declare module 'axios/unsafe/core/Axios.js' {
  export { Axios as default } from 'axios'
}
declare module 'axios/unsafe/adapters/http.js' {
  const adapter: import('axios').AxiosAdapter
  export default adapter
}
