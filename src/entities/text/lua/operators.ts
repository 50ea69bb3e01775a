/** The precedence of Lua's operators. */

/** Operators by rising precedence; two of them have different precedences on their left and right. */
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
