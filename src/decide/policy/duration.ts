import { z } from "zod";

const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `36h`, `7d`: whole minutes, hours or days, as milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhd]$/u, "not a duration: write 90m, 36h or 7d")
  .transform((text) => {
    const unit = z.enum(["m", "h", "d"]).parse(text.slice(-1));
    return Number(text.slice(0, -1)) * unitsMs[unit];
  });
