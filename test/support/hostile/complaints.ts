/** What no output may hold, whatever the input was. */

/** @returns what is wrong with an output; the empty list where nothing is */
export function complaints(result: {
  readonly exit: unknown
  readonly stdout: string
  readonly stderr: string
}): string[] {
  const { exit, stdout, stderr } = result
  return [
    ...(exit === 0 || exit === 1 || exit === 2 ? [] : [`exit ${exit}`]),
    ...(/this is a bug/.test(stderr) ? ['"this is a bug"'] : []),
    ...(/^\s+at .*[:(]\d+:\d+/m.test(stderr) ? ['a stack'] : []),
    ...(/\[object \w+\]|\bundefined\b/.test(stderr.replaceAll('truthy, undefined, xor', ''))
      ? ['a value of JavaScript']
      : []),
    ...(exit !== 0 && stderr === '' && stdout === '' ? ['a failure without a word'] : []),
    ...(exit !== 0 && !/error/i.test(stderr) && stderr !== '' ? ['a failure without an error'] : []),
  ]
}
