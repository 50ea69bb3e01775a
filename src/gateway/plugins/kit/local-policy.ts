/** Says once that a plugin counts in this gateway alone, whatever policy it is configured with. */
export function localPolicyNotice(plugin: string, log: (line: string) => void): (policy: string) => void {
  const said = new Set<string>(['local'])
  return policy => {
    if (said.has(policy)) return
    said.add(policy)
    log(
      `plugin ${plugin} is configured with the policy ${policy}: this gateway counts by itself, as with local`,
    )
  }
}
