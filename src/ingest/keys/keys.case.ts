import { emptyDirectory } from "./key-directory.ts";
import { createKeyNames } from "./key-names.ts";

export const testNames = createKeyNames("a secret of these tests, and of nothing else");

/** Names keys and knows whose none is. */
export const testKeys = emptyDirectory(testNames);
