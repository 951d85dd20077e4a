import { z } from "zod";

/** The version of an object that has none: it has neither `modified` nor `created` (STIX 2.1, 3.1: cyber-observables). */
export const unversionedUs = 0;

/** A STIX object as it is offered to a collection. Times are microseconds since the Unix epoch. */
export interface OfferedObject {
  readonly id: string;
  readonly type: string;
  readonly specVersion: string;
  /** `modified`, or else `created`, or else `unversionedUs`. */
  readonly versionUs: number;
  /** The object as JSON. */
  readonly body: string;
}

/** An object of a collection without its content. */
export const sharedEntrySchema = z.object({
  /** When the collection got it: no two objects of a collection have the same, and a later one has a greater. */
  dateAddedUs: z.int(),
  id: z.string(),
  specVersion: z.string(),
  versionUs: z.int(),
});

/** The content of an object of a collection, as JSON. */
export const sharedObjectSchema = sharedEntrySchema.pick({ dateAddedUs: true }).extend({ body: z.string() });

/** What has become of one object of a submission. */
export const submittedObjectSchema = z.object({
  id: z.string(),
  versionUs: z.int(),
  state: z.enum(["success", "failure", "pending"]),
  /** Why it was refused. */
  message: z.string().nullable(),
});

export const submissionSchema = z.object({
  id: z.uuid(),
  collection: z.string(),
  submitter: z.string(),
  at: z.iso.datetime(),
});

export type SharedEntry = z.infer<typeof sharedEntrySchema>;
export type SharedObject = z.infer<typeof sharedObjectSchema>;
export type SubmittedObject = z.infer<typeof submittedObjectSchema>;
export type Submission = z.infer<typeof submissionSchema>;
