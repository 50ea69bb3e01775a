/** Two state files with a difference of each kind between them: creates, updates and deletes, with secrets. */

/** For the file after the change. */
export const tokenVariable = { DECK_TOKEN: 'canary-from-the-environment' }

export const before = `_format_version: "3.0"
services:
- {name: a, host: one.test, routes: [{name: r, paths: [/a]}]}
- {name: gone, host: one.test}
consumers:
- {username: c, keyauth_credentials: [{key: canary-key-one}]}
`
export const after = `_format_version: "3.0"
services:
- {name: a, host: two.test, port: 81, routes: [{name: r, paths: [/a, /b]}]}
consumers:
- username: c
  keyauth_credentials: [{key: canary-key-two}]
  basicauth_credentials: [{username: u, password: canary-password}]
plugins:
- name: request-termination
  config:
    message: "<b>@team\\u202e | \`x\`"
- name: request-transformer
  config: {add: {headers: ["authorization:\${{ env "DECK_TOKEN" }}"]}}
`
