import { join } from "node:path";

/** Where the transparency log of our part in a circle lies, in the server's data folder. */
export function circleLogFolder(data: string): string {
  return join(data, "circle-log");
}
