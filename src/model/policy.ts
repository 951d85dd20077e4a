import { z } from "zod";

/** A policy as it was loaded; its version is the hash of its content. */
export const policyVersionSchema = z.object({
  version: z.string().min(1),
  name: z.string().min(1),
  text: z.string(),
  loaded: z.iso.datetime(),
  /** At most one version of a name is. */
  active: z.boolean(),
});

/** A switch for the whole installation, and who last moved it. */
export const switchSchema = z.object({
  name: z.enum([
    /** Nothing is enforced, whatever is in force. */
    "kill",
    /** Nothing new is enforced, whatever the policies' own mode. */
    "dry-run",
  ]),
  on: z.boolean(),
  actor: z.string().min(1),
  reason: z.string().min(1),
  at: z.iso.datetime(),
});

export type PolicyVersion = z.infer<typeof policyVersionSchema>;
export type Switch = z.infer<typeof switchSchema>;
export type SwitchName = Switch["name"];
