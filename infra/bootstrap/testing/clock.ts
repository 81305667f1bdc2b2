/** The time at which certificates of tests are made. */
export const NOON = new Date('2031-05-17T12:00:00Z');

export const daysAfter = (days: number): Date => new Date(NOON.getTime() + days * 86_400_000);
