/** Says once that fields which Lua would add to a plugin's lines are not added. */
export function ignoresLua(plugin: string, log: (line: string) => void): (fields: unknown) => void {
  let said = false
  return fields => {
    const isAsked = typeof fields === 'object' && fields !== null && Object.keys(fields).length > 0
    if (said || !isAsked) return
    said = true
    log(`plugin ${plugin} has custom_fields_by_lua: this gateway runs no Lua, its lines come without them`)
  }
}
