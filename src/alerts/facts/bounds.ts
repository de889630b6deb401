/** Counting goes no further: who sees it reads "at least". */
export const COUNT_MAX = 1_000
