/** Links have no id on the gateway: their id here consists of the two linked ids. */
export const linkId = (ownerId: string, memberId: string): string => `${ownerId}:${memberId}`
