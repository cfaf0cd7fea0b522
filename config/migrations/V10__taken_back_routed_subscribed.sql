-- Messages that their authors took back. The message itself stays as it was; that it was taken back stands beside it, once.
create table retraction (
  message_id uuid primary key,
  organization_id uuid not null,
  conversation_id uuid not null,
  reason text not null,
  by_party text not null,
  by_name text not null,
  filed boolean not null,
  at timestamptz not null
);
create index retraction_at on retraction (organization_id, at);
grant select, insert on retraction to ${app_role};

-- What a delivery does: file the message, or take back what was filed.
alter table delivery add column kind text not null default 'original';
alter table dead_letter add column kind text not null default 'original';

-- Which messages go where: versions that an administrator made; none at all means the operator's file.
create table routing_version (
  organization_id uuid not null references organization,
  version integer not null,
  routes jsonb not null,
  changed_by uuid not null references practitioner,
  changed_at timestamptz not null,
  primary key (organization_id, version)
);
grant select, insert on routing_version to ${app_role};

-- What kind of message it is (FHIR communication-category), and how important systems call its subject.
alter table message add column category text not null default 'notification';

-- ------------------------------------------------------------------ subscriptions
-- What happened is read in the order of transactions, and never past one that is still under way, so that nothing is passed over.
-- The numbers grow with the table itself: a summary of ranges finds the newest without an index that each row would have to enter.
alter table retraction add column seq bigint generated always as identity;
alter table message add column txid bigint not null default 0;
alter table message alter column txid set default (pg_current_xact_id()::text)::bigint;
alter table receipt add column txid bigint not null default 0;
alter table receipt alter column txid set default (pg_current_xact_id()::text)::bigint;
alter table audit_event add column txid bigint not null default 0;
alter table audit_event alter column txid set default (pg_current_xact_id()::text)::bigint;
alter table retraction add column txid bigint not null default 0;
alter table retraction alter column txid set default (pg_current_xact_id()::text)::bigint;
create index message_txid on message using brin (txid) with (pages_per_range = 16, autosummarize = on);
create index receipt_txid on receipt using brin (txid) with (pages_per_range = 16, autosummarize = on);
create index audit_event_txid on audit_event using brin (txid) with (pages_per_range = 16, autosummarize = on);
create index retraction_txid on retraction (txid);

create table subscription (
  id uuid primary key,
  organization_id uuid not null references organization,
  client_party text not null,
  client_identifier text not null,
  client_name text not null,
  scopes text[] not null,
  resource_type text not null,
  criteria text not null, -- parameters; empty: all
  topic text, -- null: criteria in the way of R4 itself
  endpoint text not null,
  content text not null, -- none, empty, id-only
  mime text not null,
  reason text not null,
  data_key_id uuid not null,
  sealed_headers bytea not null,
  status text not null, -- requested, active, error, off
  error text not null default '',
  ends_at timestamptz not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  at_txid bigint not null,
  at_part integer not null default 0,
  at_seq bigint not null default 0,
  collected bigint not null default 0, -- number of the last event that was found
  notified bigint not null default 0, -- number of the last event that the endpoint took
  failures integer not null default 0,
  failing_since timestamptz,
  next_at timestamptz not null
);
create index subscription_of on subscription (organization_id, client_party);
create table subscription_event (
  subscription_id uuid not null references subscription on delete cascade,
  number bigint not null,
  resource_type text not null,
  focus text not null,
  at timestamptz not null,
  primary key (subscription_id, number)
);
create index subscription_event_age on subscription_event (at);
grant select, insert, update, delete on subscription, subscription_event to ${app_role};
