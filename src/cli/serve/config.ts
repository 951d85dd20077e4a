import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ROLES } from "../../api/desk/route.ts";
import { answerDaysMax, fileDaysMax } from "../../decide/appeals/terms.ts";
import { readerOfFormat } from "../../ingest/readers.ts";
import { formatNames, worldFormat } from "../../ingest/recognise.ts";
import { isHttpsOrLoopback } from "../../kit/http/https-or-loopback.ts";
import { openYamlFile } from "../../kit/yaml-file.ts";
import { setSizeMax } from "../../share/overlap/messages.ts";
import { overlapBudgetMax as dayMax } from "../../share/overlap/overlap.ts";

const digestSchema = z
  .string()
  .regex(/^[\da-f]{64}$/i, "give the SHA-256 of the token in hex (stillwatch token makes both)");
const addressSchema = z
  .string()
  .regex(/^(?:\[[\da-f:.]+\]|[\w.-]+):\d{1,5}$/i, "give a host and a port, such as 127.0.0.1:8686");
const headerSchema = z
  .string()
  .regex(/^[\w-]+$/, "give the name of a header")
  .toLowerCase();

// Limits and defaults.
const keptDaysMax = 3_650;
/** What was decided can be appealed for half a year, and a reinstated account is left alone for as long. */
const appealableDays = fileDaysMax + answerDaysMax;
const keptDays = (days: number, least = 1) => z.int().min(least).max(keptDaysMax).default(days);

/** How long what has ended is kept in the state, in days; the audit log is kept for good. */
const keptStateSchema = z.strictObject({
  decisions: keptDays(400, appealableDays),
  deltas: keptDays(7),
  standings: keptDays(90),
  campaigns: keptDays(400),
  exemptions: keptDays(400),
  appeals: keptDays(400, appealableDays),
  statements: keptDays(400),
  lessons: keptDays(400, appealableDays),
  submissions: keptDays(90),
  received: keptDays(400),
  quarantined: keptDays(90),
  outbox: keptDays(400),
  overlaps: keptDays(90),
});

/** `stillwatch.yaml`: all that `serve` is told, besides `DATABASE_URL`. Paths are relative to the file. */
const configSchema = z.strictObject({
  /** Where exchanges come in and decisions are asked for. */
  listen: addressSchema.default("127.0.0.1:8686"),
  /** Everything that is kept lies here: spool, engine, state (unless `DATABASE_URL` names a server). */
  data: z.string().min(1),
  /** A policy that comes with Stillwatch, or a .yaml file. */
  policy: z.string().min(1).default("default"),
  /** The secret that API keys are hashed with, in a file of its own; 32 bytes at least. */
  "key-secret-file": z.string().min(1),
  /** NDJSON or CSV of keys: whose each is, and by which id logs name it. */
  keys: z.string().min(1).optional(),
  intake: z.strictObject({ "token-sha256": z.array(digestSchema).min(1) }),
  /** Gateways and bouncers that may ask for decisions. */
  callers: z.array(z.strictObject({ name: z.string().min(1), "key-sha256": digestSchema })).default([]),
  /** People who look after decisions and appeals; everybody reads. */
  staff: z
    .array(z.strictObject({ name: z.string().min(1), "token-sha256": digestSchema, roles: z.array(z.enum(ROLES)) }))
    .default([]),
  /** Addresses and networks of what stands in front of `listen`, which says in X-Forwarded-For who the customer is. */
  "trusted-proxies": z.array(z.string()).default([]),
  /** Where customers are sent; `{reference}` stands for the decision. */
  customers: z.strictObject({ appeal: z.string(), verify: z.string() }),
  /** Where the provider takes notices for its customers, and the file of the secret that they are signed with. */
  notices: z.strictObject({ url: z.url(), "secret-file": z.string().min(1) }).optional(),
  /** In which headers what stands in front says who the customer is; it must overwrite what customers send. */
  "subject-headers": z
    .strictObject({
      account: headerSchema.optional(),
      organization: headerSchema.optional(),
      address: headerSchema.optional(),
      tls: headerSchema.optional(),
    })
    .default({}),
  /** Envoy's external authorisation over gRPC. */
  "ext-authz": z.strictObject({ listen: addressSchema }).optional(),
  proxy: z
    .strictObject({
      listen: addressSchema,
      upstream: z.url(),
      "trusted-proxies": z.array(z.string()).default([]),
      "ja4-header": headerSchema.optional(),
    })
    .optional(),
  kafka: z
    .strictObject({
      brokers: z.array(z.string().min(1)).min(1),
      topics: z.array(z.string().min(1)).min(1),
      group: z.string().min(1).default("stillwatch"),
      /** Of every message. A name that is none would make a reject of each. */
      format: z
        .string()
        .refine((format) => format === worldFormat || readerOfFormat(format) !== null, {
          error: () => `give one of ${formatNames()}`,
        })
        .optional(),
      /** `ca-file`: whose certificates the brokers show, where it is none of the known authorities. */
      tls: z.strictObject({ "ca-file": z.string().min(1).optional() }).optional(),
      sasl: z
        .strictObject({
          mechanism: z.enum(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
          username: z.string().min(1),
          "password-file": z.string().min(1),
        })
        .optional(),
    })
    .optional(),
  /** The trust circle that we belong to: what we learn is shared there, and learnt from there. */
  circle: z
    .strictObject({
      listen: addressSchema.default("127.0.0.1:8687"),
      /** How the others reach `listen`. */
      "public-url": z
        .url()
        .regex(/^https?:\/\/[^/?#@]+\/$/, "give scheme, host and port, and a slash at the end")
        .refine(isHttpsOrLoopback, "give an https address: plain http is for one machine alone"),
      /** Which of the members we are, by name. */
      self: z.string().min(1),
      /** Who belongs to it. Read anew while the server runs. */
      members: z.string().min(1),
      "signing-key-file": z.string().min(1),
      "log-key-file": z.string().min(1),
      "circle-keys-file": z.string().min(1),
      /** Members that we read from; all that have a URL, where it is left out. */
      "poll-from": z.array(z.string()).optional(),
      /** Members, such as a hub, that we hand to what we release. */
      "push-to": z.array(z.string()).default([]),
      /** Members that cosign our transparency log. */
      witnesses: z.array(z.string()).default([]),
      /** How much is compared with one member, within 24 hours. */
      overlap: z
        .strictObject({
          "identifiers-of-set-max": z.int().min(1).max(setSizeMax).default(setSizeMax),
          "identifiers-per-day-max": z.int().min(1).max(dayMax.identifiersMax).default(dayMax.identifiersMax),
          "sessions-per-day-max": z.int().min(0).max(dayMax.sessionsMax).default(dayMax.sessionsMax),
        })
        .prefault({}),
      "poll-seconds": z.int().min(1).max(86_400).default(300),
      /** Without it, something else ends TLS in front. With `ca`, who connects shows a certificate of it. */
      tls: z.strictObject({ cert: z.string(), key: z.string(), ca: z.string().optional() }).optional(),
    })
    .optional(),
  /** `days`: of exchanges. */
  keep: z
    .strictObject({ text: z.boolean().default(false), days: keptDays(30), state: keptStateSchema.prefault({}) })
    .prefault({}),
});

export type ServeConfig = z.output<typeof configSchema>;
export type KafkaConfig = NonNullable<ServeConfig["kafka"]>;
export type CircleConfig = NonNullable<ServeConfig["circle"]>;

/** Reads the configuration. Throws a `UserError` with file, line, column and what would be right. */
export function loadConfig(path: string): ServeConfig {
  const config = openYamlFile(path).parse(configSchema);
  const from = (file: string): string => resolve(dirname(path), file);
  return {
    ...config,
    data: from(config.data),
    policy: config.policy.endsWith(".yaml") ? from(config.policy) : config.policy,
    "key-secret-file": from(config["key-secret-file"]),
    ...(config.keys === undefined ? {} : { keys: from(config.keys) }),
    ...(config.notices === undefined
      ? {}
      : { notices: { ...config.notices, "secret-file": from(config.notices["secret-file"]) } }),
    ...(config.kafka === undefined ? {} : { kafka: kafkaFrom(config.kafka, from) }),
    ...(config.circle === undefined ? {} : { circle: circleFrom(config.circle, from) }),
  };
}

function kafkaFrom({ tls, sasl, ...rest }: KafkaConfig, from: (file: string) => string): KafkaConfig {
  const ca = tls?.["ca-file"];
  return {
    ...rest,
    ...(tls === undefined ? {} : { tls: ca === undefined ? {} : { "ca-file": from(ca) } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, "password-file": from(sasl["password-file"]) } }),
  };
}

function circleFrom(circle: CircleConfig, from: (file: string) => string): CircleConfig {
  const { tls, ...rest } = circle;
  return {
    ...rest,
    members: from(circle.members),
    "signing-key-file": from(circle["signing-key-file"]),
    "log-key-file": from(circle["log-key-file"]),
    "circle-keys-file": from(circle["circle-keys-file"]),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            cert: from(tls.cert),
            key: from(tls.key),
            ...(tls.ca === undefined ? {} : { ca: from(tls.ca) }),
          },
        }),
  };
}
