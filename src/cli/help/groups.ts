/** The headings below which help lists commands, in this order. */
export const commandGroups = {
  gateway: 'GATEWAY',
  review: 'REVIEW AND RECOVERY',
  check: 'CHECK FILES',
  change: 'CHANGE AND CONVERT FILES',
  trial: 'A GATEWAY FOR TRIALS',
  short: 'SHORT FORMS',
  other: 'OTHER',
} as const

export type CommandGroup = keyof typeof commandGroups
