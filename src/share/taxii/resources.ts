import { z } from "zod";

/**
 * Resources of TAXII 2.1, as both sides write and read them. Unknown properties are let through (section 7: others may extend
 * a resource).
 */

/** 4.1.1 */
export const discoverySchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  contact: z.string().optional(),
  default: z.string().optional(),
  api_roots: z.array(z.string()).optional(),
});

/** 4.2.1 */
export const apiRootSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  versions: z.array(z.string()),
  /** Octets of a request's body. */
  max_content_length: z.int().positive(),
});

/** 5.2.1 */
export const collectionSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().optional(),
  alias: z.string().optional(),
  can_read: z.boolean(),
  can_write: z.boolean(),
  media_types: z.array(z.string()).optional(),
});

/** 5.1.1 */
export const collectionsSchema = z.object({ collections: z.array(collectionSchema).optional() });

/** 4.3.1: an object of a submission. */
const statusDetailsSchema = z.object({ id: z.string(), version: z.string(), message: z.string().optional() });

/** 4.3.1 */
export const statusSchema = z.object({
  id: z.string(),
  status: z.enum(["complete", "pending"]),
  request_timestamp: z.string().optional(),
  total_count: z.int(),
  success_count: z.int(),
  successes: z.array(statusDetailsSchema).optional(),
  failure_count: z.int(),
  failures: z.array(statusDetailsSchema).optional(),
  pending_count: z.int(),
  pendings: z.array(statusDetailsSchema).optional(),
});

/** 3.7: what objects travel in. */
export const envelopeSchema = z.object({
  more: z.boolean().optional(),
  next: z.string().optional(),
  objects: z.array(z.record(z.string(), z.unknown())).optional(),
});

/** 5.3.1 */
const manifestRecordSchema = z.object({
  id: z.string(),
  date_added: z.string(),
  version: z.string(),
  media_type: z.string().optional(),
});

/** 5.3.1 */
export const manifestSchema = z.object({
  more: z.boolean().optional(),
  next: z.string().optional(),
  objects: z.array(manifestRecordSchema).optional(),
});

/** 5.8.1 */
export const versionsSchema = z.object({
  more: z.boolean().optional(),
  next: z.string().optional(),
  versions: z.array(z.string()).optional(),
});

/** 3.6.1 */
export const errorMessageSchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  error_id: z.string().optional(),
  error_code: z.string().optional(),
  http_status: z.string().optional(),
});

export type Discovery = z.infer<typeof discoverySchema>;
export type ApiRootResource = z.infer<typeof apiRootSchema>;
export type CollectionResource = z.infer<typeof collectionSchema>;
export type Status = z.infer<typeof statusSchema>;
export type StatusDetails = z.infer<typeof statusDetailsSchema>;
export type ErrorMessage = z.infer<typeof errorMessageSchema>;
