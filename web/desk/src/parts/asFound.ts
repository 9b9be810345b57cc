/** Attributes of text of the evidence: its own direction, a language that nobody knows, and no machine may translate it. */
export const asFound = { dir: 'auto', lang: '', translate: 'no' } as const;
