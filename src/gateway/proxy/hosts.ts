/** Hosts as clients name them. */

/** `a.example:81` → `['a.example', '81']`; without a port there is one part alone. IPv6 stays in its brackets. */
export const splitHost = (host: string): string[] => {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host)
  return match === null ? [host] : [match[1] ?? '', ...(match[2] === undefined ? [] : [match[2]])]
}
