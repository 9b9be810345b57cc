/** The oldest browsers that the page is for: those of spring 2020. */
export const OLDEST = ['chrome80', 'firefox72', 'safari13.1'];
