/** How strongly Lua's operators hold what stands beside them. */

/**
 * Operators, from those that hold least; two of them hold what stands to their right tighter or looser than
 * what stands left.
 */
const strengths = ['or', 'and', '~= == < > <= >=', '', '', '+ -', '* / %']
export const binary: Readonly<Record<string, readonly [left: number, right: number]>> = {
  ...Object.fromEntries(
    strengths.flatMap((operators, index) =>
      operators.split(' ').map(operator => [operator, [index + 1, index + 1]]),
    ),
  ),
  '..': [5, 4],
  '^': [10, 9],
}
export const unaryStrength = 8
