import { z } from "zod";

/** So many bytes as text, in the one form that they have: bits that stand for nothing are zero (RFC 4648, section 3.5). */
export function base64Bytes(bytes: number): z.ZodType<string> {
  return z
    .base64()
    .length(Math.ceil(bytes / 3) * 4)
    .refine((text) => {
      const read = Buffer.from(text, "base64");
      return read.length === bytes && read.toString("base64") === text;
    });
}
