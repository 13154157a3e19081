/** What is searched: each kind is found in texts, and counted, by itself. */
export const KINDS = ['award', 'enterprise', 'entry', 'payment'] as const;
export type Kind = (typeof KINDS)[number];
