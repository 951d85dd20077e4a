/** Of the way in which campaigns are found and judged: raised when the same log would be judged otherwise. */
export const METHOD_VERSION = "1.17.2";
