import { identifier, sql } from "../sql.ts";
import type { Migration } from "./database/migrate.ts";

/** Compared byte by byte, so that pages come in the same order on every server. */
const key = sql`text COLLATE "C"`;

/** A counter that is one row: who holds it until the end of a transaction gives out numbers without a gap. */
const oneRow = sql`one boolean PRIMARY KEY DEFAULT TRUE CHECK (one)`;

export const migrations: readonly Migration[] = [
  {
    number: 1,
    title: "campaigns, standings, decisions, policies, exemptions, appeals, notices, audit log",
    statements: [
      sql`
        CREATE TABLE account_facts (
          account ${key} PRIMARY KEY, organization text GENERATED ALWAYS AS (body ->> 'organization') STORED, body jsonb NOT NULL)`,
      sql`CREATE INDEX ON account_facts (organization) WHERE organization IS NOT NULL`,

      sql`
        CREATE TABLE campaign (
          id ${key} PRIMARY KEY, state text NOT NULL CHECK (state IN ('live', 'closed')),
          first_seen timestamptz(3) NOT NULL, last_seen timestamptz(3) NOT NULL, verdict jsonb NOT NULL, memory jsonb NOT NULL)`,
      sql`CREATE INDEX ON campaign (id) WHERE state = 'live'`,

      // An account has at most one row an hour, the last one in it: how much history grows does not depend on the detector.
      sql`
        CREATE TABLE standing (
          account ${key} NOT NULL, hour timestamptz(3) NOT NULL, time timestamptz(3) NOT NULL,
          campaign ${key} NOT NULL, status text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (account, hour))`,
      sql`CREATE INDEX ON standing (campaign, account, hour)`,
      sql`CREATE INDEX ON standing (time)`,

      sql`
        CREATE TABLE decision (
          id ${key} PRIMARY KEY, account ${key} NOT NULL, campaign ${key}, scope_kind text NOT NULL, scope_value text NOT NULL,
          held text, created timestamptz(3) NOT NULL, expires timestamptz(3) NOT NULL,
          ended timestamptz(3), cause text, body jsonb NOT NULL,
          CHECK ((ended IS NULL) = (cause IS NULL)))`,
      sql`CREATE INDEX ON decision (account)`,
      sql`CREATE INDEX ON decision (created, id) WHERE ended IS NULL`,
      // Of one campaign, carrier or hold there are few in force: their order is made when they are read.
      sql`CREATE INDEX ON decision (campaign) WHERE ended IS NULL`,
      sql`CREATE INDEX ON decision (scope_value) WHERE ended IS NULL AND scope_kind <> 'account'`,
      sql`CREATE INDEX ON decision (held) WHERE ended IS NULL AND held IS NOT NULL`,
      sql`CREATE INDEX ON decision (expires) WHERE ended IS NULL`,
      sql`CREATE INDEX ON decision (ended) WHERE ended IS NOT NULL`,
      sql`
        CREATE TABLE delta (
          sequence bigint PRIMARY KEY, at timestamptz(3) NOT NULL, kind text NOT NULL CHECK (kind IN ('new', 'deleted')),
          cause text, body jsonb NOT NULL, CHECK ((kind = 'deleted') = (cause IS NOT NULL)))`,
      sql`CREATE TABLE delta_head (${oneRow}, sequence bigint NOT NULL)`,
      sql`INSERT INTO delta_head (sequence) VALUES (0)`,

      sql`
        CREATE TABLE policy_version (
          version ${key} PRIMARY KEY, name ${key} NOT NULL, text text NOT NULL, loaded timestamptz(3) NOT NULL,
          active boolean NOT NULL)`,
      sql`CREATE UNIQUE INDEX ON policy_version (name) WHERE active`,
      sql`
        CREATE TABLE switch (
          name text PRIMARY KEY CHECK (name IN ('kill', 'dry-run')), is_on boolean NOT NULL,
          actor text NOT NULL, reason text NOT NULL, at timestamptz(3) NOT NULL)`,
      sql`
        CREATE TABLE affected (
          policy ${key} NOT NULL, at timestamptz(3) NOT NULL, account ${key} NOT NULL, PRIMARY KEY (policy, at, account))`,

      sql`
        CREATE TABLE exemption (
          id ${key} PRIMARY KEY, holder_kind text NOT NULL CHECK (holder_kind IN ('account', 'organization')),
          holder_value text NOT NULL, use text NOT NULL, campaign ${key}, requests_per_day bigint,
          granted_by text NOT NULL, reason text NOT NULL, starts timestamptz(3) NOT NULL, expires timestamptz(3) NOT NULL,
          revoked timestamptz(3), CHECK (starts < expires))`,
      sql`CREATE INDEX ON exemption (expires)`,
      sql`
        CREATE TABLE allowance (
          id ${key} PRIMARY KEY, scope_kind text NOT NULL, scope_value text NOT NULL, granted_by text NOT NULL,
          reason text NOT NULL, starts timestamptz(3) NOT NULL, expires timestamptz(3), revoked timestamptz(3),
          CHECK (starts < expires))`,

      sql`
        CREATE TABLE appeal (
          id ${key} PRIMARY KEY, account ${key} NOT NULL, campaign ${key}, decisions jsonb NOT NULL, state text NOT NULL,
          opened timestamptz(3) NOT NULL, deadline timestamptz(3) NOT NULL, changed timestamptz(3) NOT NULL,
          reviewer text, answer text)`,
      sql`CREATE INDEX ON appeal (state, deadline, id)`,
      sql`CREATE INDEX ON appeal (account, opened)`,
      // Apart, since it is the customer's own words: read by who decides on it, and forgotten sooner.
      sql`
        CREATE TABLE appeal_statement (
          appeal ${key} PRIMARY KEY REFERENCES appeal ON DELETE CASCADE, statement text NOT NULL)`,
      sql`
        CREATE TABLE lesson (
          appeal ${key} PRIMARY KEY, account ${key} NOT NULL, campaign ${key} NOT NULL, families jsonb NOT NULL,
          at timestamptz(3) NOT NULL)`,

      sql`
        CREATE TABLE notice (
          decision ${key} NOT NULL, channel text NOT NULL, category text NOT NULL, sent timestamptz(3) NOT NULL,
          PRIMARY KEY (decision, channel))`,
      sql`CREATE INDEX ON notice (sent)`,

      sql`
        CREATE TABLE audit_entry (
          sequence bigint PRIMARY KEY, at timestamptz(3) NOT NULL, actor text NOT NULL, action text NOT NULL,
          subject_kind text NOT NULL, subject_id text NOT NULL, detail jsonb NOT NULL,
          previous text NOT NULL, hash text NOT NULL)`,
      sql`CREATE INDEX ON audit_entry (subject_kind, subject_id, sequence)`,
      sql`CREATE TABLE audit_head (${oneRow}, sequence bigint NOT NULL, hash text NOT NULL)`,
      sql`INSERT INTO audit_head (sequence, hash) VALUES (0, '')`,
      // Rights stop whoever works with this user, its owner included; the trigger stops a superuser's slip, too.
      sql`REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM PUBLIC, CURRENT_USER`,
      sql`
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME USING ERRCODE = ''insufficient_privilege''; END'`,
      sql`
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    ],
  },
  {
    number: 2,
    title: "private set intersection, witnessed logs, quotas of queries, disclosed counts",
    statements: [
      // A row to lock, so that sessions with one peer are admitted one after the other.
      sql`CREATE TABLE overlap_peer (peer ${key} PRIMARY KEY)`,
      sql`
        CREATE TABLE overlap_session (
          peer ${key} NOT NULL REFERENCES overlap_peer, nonce text NOT NULL, at timestamptz(3) NOT NULL,
          own_size bigint NOT NULL, peer_size bigint NOT NULL, PRIMARY KEY (peer, nonce))`,
      sql`CREATE INDEX ON overlap_session (peer, at)`,

      sql`CREATE TABLE witnessed_head (origin ${key} PRIMARY KEY, size bigint NOT NULL, root text NOT NULL)`,

      sql`
        CREATE TABLE query_quota (
          member ${key} NOT NULL, epoch bigint NOT NULL, spent bigint NOT NULL, PRIMARY KEY (member, epoch))`,

      sql`CREATE TABLE disclosure_recipient (recipient ${key} PRIMARY KEY)`,
      sql`
        CREATE TABLE noised_count (
          question text NOT NULL, period ${key} NOT NULL, value bigint NOT NULL, PRIMARY KEY (question, period))`,
      sql`
        CREATE TABLE disclosure (
          recipient ${key} NOT NULL, period ${key} NOT NULL, question text NOT NULL, millionths bigint NOT NULL,
          at timestamptz(3) NOT NULL, PRIMARY KEY (recipient, period, question))`,
    ],
  },
  {
    number: 3,
    title: "shared objects, submissions, feed cursors",
    statements: [
      // Objects of a collection in the order in which they were added: microseconds since the epoch, each given out once. The
      // content is text, since it is handed out as it came, and JSON of others holds what jsonb does not (U+0000).
      sql`
        CREATE TABLE shared_object (
          collection ${key} NOT NULL, date_added bigint NOT NULL, id ${key} NOT NULL, type ${key} NOT NULL,
          spec_version ${key} NOT NULL, version bigint NOT NULL, body text NOT NULL, PRIMARY KEY (collection, date_added),
          UNIQUE (collection, id, spec_version, version))`,
      sql`CREATE INDEX ON shared_object (collection, type, date_added)`,
      sql`
        CREATE TABLE shared_collection (
          collection ${key} PRIMARY KEY, date_added bigint NOT NULL, objects bigint NOT NULL CHECK (objects >= 0))`,
      sql`
        CREATE TABLE submission (
          id ${key} PRIMARY KEY, collection ${key} NOT NULL, submitter text NOT NULL, at timestamptz(3) NOT NULL)`,
      sql`CREATE INDEX ON submission (at, id)`,
      sql`
        CREATE TABLE submitted_object (
          submission ${key} NOT NULL REFERENCES submission ON DELETE CASCADE, position bigint NOT NULL, id ${key} NOT NULL,
          type ${key}, spec_version ${key}, version bigint NOT NULL,
          state text NOT NULL CHECK (state IN ('success', 'failure', 'pending')), message text, body text,
          PRIMARY KEY (submission, position), CHECK ((state = 'pending') = (body IS NOT NULL)))`,
      sql`CREATE INDEX ON submitted_object (submission, position) WHERE state = 'pending'`,
      sql`
        CREATE TABLE feed_cursor (feed ${key} PRIMARY KEY, added_after text NOT NULL, at timestamptz(3) NOT NULL)`,
    ],
  },
  {
    number: 4,
    title: "outbox, ledger of what was shared, quarantine of what came",
    statements: [
      sql`
        CREATE TABLE outbox_item (
          id ${key} PRIMARY KEY, flow text NOT NULL, kind text NOT NULL, about ${key} NOT NULL,
          state text NOT NULL CHECK (state IN ('proposed', 'released', 'refused', 'sent')),
          proposed timestamptz(3) NOT NULL, proposed_by text NOT NULL, decided timestamptz(3), decided_by text,
          sent timestamptz(3), objects jsonb NOT NULL,
          CHECK ((decided IS NULL) = (state = 'proposed')), CHECK ((decided IS NULL) = (decided_by IS NULL)),
          CHECK ((sent IS NOT NULL) = (state = 'sent')))`,
      sql`CREATE INDEX ON outbox_item (state, proposed, id)`,
      sql`CREATE INDEX ON outbox_item (about, proposed)`,
      sql`
        CREATE TABLE outbox_push (
          item ${key} NOT NULL REFERENCES outbox_item, member ${key} NOT NULL, sent timestamptz(3) NOT NULL,
          pushed timestamptz(3), PRIMARY KEY (item, member))`,
      sql`CREATE INDEX ON outbox_push (member, sent, item) WHERE pushed IS NULL`,

      sql`
        CREATE TABLE ledger_entry (
          sequence bigint PRIMARY KEY, at timestamptz(3) NOT NULL, item ${key} NOT NULL, object ${key} NOT NULL,
          type text NOT NULL, version text, flow text NOT NULL, way text NOT NULL CHECK (way IN ('collection', 'push')),
          recipients jsonb NOT NULL, released_by text NOT NULL, log_index bigint NOT NULL, salt text NOT NULL)`,
      sql`CREATE INDEX ON ledger_entry (object, sequence)`,
      sql`CREATE TABLE ledger_head (${oneRow}, sequence bigint NOT NULL)`,
      sql`INSERT INTO ledger_head (sequence) VALUES (0)`,
      sql`REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry FROM PUBLIC, CURRENT_USER`,
      sql`
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,

      sql`
        CREATE TABLE quarantined_object (
          digest ${key} PRIMARY KEY, source ${key} NOT NULL, flow text NOT NULL, object text NOT NULL, reason text NOT NULL,
          at timestamptz(3) NOT NULL, body text NOT NULL)`,
      sql`CREATE INDEX ON quarantined_object (at, digest)`,
      sql`CREATE INDEX ON quarantined_object (source)`,
    ],
  },
  {
    number: 5,
    title: "received objects, leads that campaigns were formed on",
    statements: [
      // The latest version of what a member said, under its own name: nobody can replace or squat what is another's. The content is
      // text, since JSON of others holds what jsonb does not (U+0000).
      sql`
        CREATE TABLE received_object (
          member ${key} NOT NULL, id ${key} NOT NULL, type ${key} NOT NULL, version bigint NOT NULL,
          first_received timestamptz(3) NOT NULL, received timestamptz(3) NOT NULL, revoked boolean NOT NULL,
          body text NOT NULL, PRIMARY KEY (member, id))`,
      sql`CREATE INDEX ON received_object (received)`,
      // One row a member, which is also what its batches wait for, one after the other.
      sql`CREATE TABLE received_member (member ${key} PRIMARY KEY, day bigint NOT NULL, versions bigint NOT NULL)`,
      sql`
        CREATE TABLE campaign_lead (
          campaign ${key} NOT NULL, member ${key} NOT NULL, lead ${key} NOT NULL, at timestamptz(3) NOT NULL,
          settled timestamptz(3), outcome text CHECK (outcome IN ('stands', 'closed')),
          PRIMARY KEY (campaign, member, lead), CHECK ((settled IS NULL) = (outcome IS NULL)))`,
      sql`CREATE INDEX ON campaign_lead (member, lead)`,
      sql`CREATE INDEX ON appeal (campaign) WHERE campaign IS NOT NULL`,
    ],
  },
  {
    number: 6,
    title: "members of campaigns, notices that wait",
    statements: [
      sql`
        CREATE TABLE campaign_member (
          campaign ${key} NOT NULL REFERENCES campaign ON DELETE CASCADE, account ${key} NOT NULL, memory jsonb NOT NULL,
          PRIMARY KEY (campaign, account))`,
      // What is to be told and was not yet, or could not be; how far the changes of decisions were looked through for it.
      sql`
        CREATE TABLE pending_notice (
          decision ${key} NOT NULL, channel text NOT NULL, attempts integer NOT NULL, due timestamptz(3) NOT NULL,
          PRIMARY KEY (decision, channel))`,
      sql`CREATE INDEX ON pending_notice (channel, due, decision)`,
      sql`CREATE TABLE notice_head (channel text PRIMARY KEY, sequence bigint NOT NULL)`,
    ],
  },
  {
    number: 7,
    title: "offers and results of overlaps",
    statements: [
      // One a member. It goes as soon as the session that it is for has begun.
      sql`
        CREATE TABLE overlap_offer (
          peer ${key} PRIMARY KEY, id ${key} NOT NULL, offered timestamptz(3) NOT NULL, offered_by text NOT NULL,
          expires timestamptz(3) NOT NULL, identifiers jsonb NOT NULL)`,
      sql`
        CREATE TABLE overlap_result (
          session ${key} PRIMARY KEY, peer ${key} NOT NULL, role text NOT NULL CHECK (role IN ('initiator', 'responder')),
          at timestamptz(3) NOT NULL, person text NOT NULL, peer_size bigint NOT NULL, salt text NOT NULL,
          commitment text NOT NULL, peer_commitment text NOT NULL, peer_proof text NOT NULL, identifiers jsonb NOT NULL,
          common jsonb NOT NULL)`,
      sql`CREATE INDEX ON overlap_result (at, session)`,
    ],
  },
  {
    number: 8,
    title: "notices of the end of decisions",
    statements: ["notice", "pending_notice"].flatMap((name) => {
      const table = identifier(name);
      return [
        sql`ALTER TABLE ${table} ADD COLUMN kind text NOT NULL DEFAULT 'decided' CHECK (kind IN ('decided', 'ended'))`,
        sql`ALTER TABLE ${table} ALTER COLUMN kind DROP DEFAULT`,
        sql`ALTER TABLE ${table} DROP CONSTRAINT ${identifier(`${name}_pkey`)}`,
        sql`ALTER TABLE ${table} ADD PRIMARY KEY (decision, channel, kind)`,
      ];
    }),
  },
  {
    number: 9,
    title: "keys that received objects are signed with",
    // Null: it was taken in before.
    statements: [sql`ALTER TABLE received_object ADD COLUMN signing_key ${key}`],
  },
  {
    number: 10,
    title: "received indicators that may not be looked for",
    // Those that came before were kept aside.
    statements: [
      sql`ALTER TABLE received_object ADD COLUMN forbidden boolean NOT NULL DEFAULT FALSE`,
      sql`ALTER TABLE received_object ALTER COLUMN forbidden DROP DEFAULT`,
    ],
  },
  {
    number: 11,
    title: "checkpoints that we have cosigned",
    statements: [sql`ALTER TABLE witnessed_head ADD COLUMN checkpoint text`],
  },
  {
    number: 12,
    title: "where members' logs commit them to what they have said",
    statements: [
      sql`
        CREATE TABLE received_commitment (
          member ${key} NOT NULL, object ${key} NOT NULL, version bigint NOT NULL, log_index bigint NOT NULL,
          commitment text NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'found', 'missing')),
          look_ups integer NOT NULL, due timestamptz(3) NOT NULL, at timestamptz(3) NOT NULL, PRIMARY KEY (member, object))`,
      sql`CREATE INDEX ON received_commitment (member, due) WHERE state <> 'found'`,
    ],
  },
  {
    number: 13,
    title: "received indicators that may not be acted on any more",
    // Null: that has not happened, or before this was kept.
    statements: [sql`ALTER TABLE received_object ADD COLUMN narrowed timestamptz(3)`],
  },
  {
    number: 14,
    title: "decisions that took effect",
    // Of those that the kill switch holds it was not kept whether they had been in force before it: nearly all were.
    statements: [
      sql`ALTER TABLE decision ADD COLUMN took_effect boolean NOT NULL DEFAULT FALSE`,
      sql`UPDATE decision SET took_effect = TRUE WHERE held IS NULL OR held = 'suspended'`,
      sql`ALTER TABLE decision ALTER COLUMN took_effect DROP DEFAULT`,
    ],
  },
];
