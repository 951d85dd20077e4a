import { UserError } from "../../kit/user-error.ts";
import type { LogFile } from "../log-files.ts";
import { exchangeMust } from "../recognise.ts";
import type { LineIntake } from "./line-intake.ts";

const columns = exchangeMust.join(", ");

/** Why such a file is rejected. */
export const foreignParquetReason = `Parquet is read in the world's columns only, and the file lacks one of ${columns}`;

/**
 * Which files are Parquet in other columns than the world's: all of Parquet where `mayBeWorld` is false. Throws a `UserError` where
 * that is all of them.
 */
export async function foreignParquet(
  intake: LineIntake,
  path: string,
  files: readonly LogFile[],
  mayBeWorld: boolean,
): Promise<ReadonlySet<LogFile>> {
  const foreign = new Set<LogFile>();
  for (const file of files) {
    if (file.encoding !== "parquet") continue;
    const found = mayBeWorld ? await intake.columns(file) : new Set<string>();
    // What can't be read is told of where it is taken in.
    if (found !== null && !(mayBeWorld && exchangeMust.every((name) => found.has(name)))) foreign.add(file);
  }
  if (foreign.size > 0 && foreign.size === files.length) {
    throw new UserError(
      `${path} is Parquet, which is read in the world's columns only`,
      mayBeWorld
        ? `it needs ${columns}; export any other log as lines of JSON`
        : "export the log as lines of JSON, or leave --format out where the columns are the world's",
    );
  }
  return foreign;
}
