/** Says `words` where a number of lines around a message is none that can be asked for. */
export const linesFault = (lines: string | undefined, words: string): string | undefined =>
  /^\d{1,3}$/u.test(lines?.trim() ?? '') && Number(lines) <= 100 ? undefined : words;
