/** Links have no id on the gateway: what stands for one here is made of the two ids that it links. */
export const linkId = (ownerId: string, memberId: string): string => `${ownerId}:${memberId}`
