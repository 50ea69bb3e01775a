/** Entities as Kong holds them while it serves: what is null is not there. */
export const withoutNulls = (entity: object): object =>
  Object.fromEntries(Object.entries(entity).filter(([, value]) => value !== null))
