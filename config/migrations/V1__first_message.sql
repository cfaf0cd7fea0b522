-- The first complete message: directory, patient index, conversations, receipts, outbox, audit.
-- Run by the owner role. The application's role (placeholder ${app_role}) only gets what it needs.
-- Keys are UUIDs of version 7: time-ordered, so tables that grow are partitioned by month on the key itself.

create table organization (
  id uuid primary key,
  name text not null
);

-- ------------------------------------------------------------------ directory
create table practitioner (
  id uuid primary key,
  organization_id uuid not null references organization,
  username text not null,
  subject text not null,
  name text not null,
  profession text not null,
  department text not null,
  bleep text not null,
  roles text not null,
  active boolean not null,
  updated_at timestamptz not null,
  unique (organization_id, username)
);
create index practitioner_subject on practitioner (organization_id, subject);

-- A person's standing from one moment on; a row is never changed, so that a message can point to the one of its moment.
create table practitioner_role (
  id uuid primary key,
  organization_id uuid not null references organization,
  practitioner_id uuid not null references practitioner,
  profession text not null,
  department text not null,
  since timestamptz not null
);
create index practitioner_role_of on practitioner_role (practitioner_id, since desc);

create table on_call_role (
  id uuid primary key,
  organization_id uuid not null references organization,
  code text not null,
  name text not null,
  department text not null,
  unique (organization_id, code)
);

create table duty (
  id uuid primary key,
  organization_id uuid not null references organization,
  on_call_role_id uuid not null references on_call_role,
  practitioner_id uuid not null references practitioner,
  starts_at timestamptz not null,
  ends_at timestamptz
);
create index duty_of_role on duty (on_call_role_id, starts_at);

create table device (
  id uuid primary key,
  organization_id uuid not null references organization,
  client_id text not null,
  name text not null,
  unique (organization_id, client_id)
);

-- ------------------------------------------------------------------ patient index
create table patient (
  id uuid primary key,
  organization_id uuid not null references organization,
  family text not null,
  given text[] not null,
  birth_date text,
  gender text,
  deceased boolean not null default false,
  active boolean not null default true,
  location text not null default '',
  version integer not null default 1,
  updated_at timestamptz not null
);
create index patient_name on patient (organization_id, lower(family) text_pattern_ops);
create index patient_birth_date on patient (organization_id, birth_date);

create table patient_identifier (
  organization_id uuid not null references organization,
  patient_id uuid not null references patient,
  system text not null,
  value text not null,
  type text not null,
  matching boolean not null,
  position integer not null,
  primary key (patient_id, system, value)
);
-- Only identifiers that name one person are matched, and of those there is one owner.
create unique index patient_identifier_match on patient_identifier (organization_id, system, value) where matching;
create index patient_identifier_value on patient_identifier (organization_id, value);

create table encounter (
  id uuid primary key,
  organization_id uuid not null references organization,
  patient_id uuid not null references patient,
  visit_system text not null,
  visit_number text not null,
  patient_class text not null,
  location text not null,
  admitted_at timestamptz,
  discharged_at timestamptz,
  updated_at timestamptz not null,
  unique (organization_id, visit_system, visit_number)
);
create index encounter_of_patient on encounter (patient_id);

-- ------------------------------------------------------------------ keys
create table data_key (
  id uuid primary key,
  organization_id uuid not null references organization,
  purpose text not null,
  scope text not null,
  wrapped bytea not null,
  wrapping_key_id text not null,
  epoch integer not null,
  created_at timestamptz not null,
  unique (organization_id, purpose, scope, epoch)
);

-- ------------------------------------------------------------------ what systems sent
create table inbound (
  id uuid primary key,
  organization_id uuid not null,
  seq bigint generated always as identity,
  source text not null,
  control_id text not null,
  message_type text not null,
  data_key_id uuid not null,
  sealed bytea not null,
  body_hash bytea not null,
  outcome text not null,
  received_at timestamptz not null
) partition by range (id);
create index inbound_control_id on inbound (organization_id, source, control_id);

-- The duplicate check of all nodes: the answer that was given, for as long as the window lasts.
create table inbound_key (
  organization_id uuid not null,
  source text not null,
  control_id text not null,
  body_hash bytea not null,
  answer bytea not null,
  received_at timestamptz not null,
  primary key (organization_id, source, control_id, body_hash)
);
create index inbound_key_age on inbound_key (received_at);

-- What a person must look at: no patient in it, or two that it would hit.
create table inbound_review (
  inbound_id uuid primary key,
  organization_id uuid not null,
  reason text not null,
  owner text not null,
  opened_at timestamptz not null,
  closed_at timestamptz
);

-- ------------------------------------------------------------------ conversations
create table conversation (
  id uuid primary key,
  organization_id uuid not null references organization,
  patient_id uuid references patient,
  topic text not null,
  data_key_id uuid not null references data_key,
  last_ordinal integer not null default 0,
  created_by text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index conversation_of_patient on conversation (organization_id, patient_id);

create table participant (
  conversation_id uuid not null references conversation,
  organization_id uuid not null,
  party text not null,
  via_role text,
  joined_at timestamptz not null,
  primary key (conversation_id, party)
);
create index participant_party on participant (organization_id, party, conversation_id);

create table message (
  id uuid primary key,
  organization_id uuid not null,
  seq bigint generated always as identity,
  conversation_id uuid not null,
  ordinal integer not null,
  author_party text not null,
  author_identifier text not null,
  author_name text not null,
  author_profession text not null,
  author_department text not null,
  author_role_id uuid,
  authentication_level text not null,
  agent_party text,
  agent_name text,
  patient_id uuid,
  patient_identifier_system text,
  patient_identifier text,
  patient_name text,
  patient_birth_date text,
  priority text not null,
  sent_at timestamptz not null,
  in_response_to uuid,
  recorded_only boolean not null,
  sealed bytea not null,
  commitment bytea not null
) partition by range (id);
create index message_of_conversation on message (conversation_id, ordinal);
create index message_of_patient on message (organization_id, patient_id, id);
create index message_of_author on message (organization_id, author_party, id);

-- Whom the author addressed: people, and roles as they were written.
create table addressee (
  message_id uuid not null,
  organization_id uuid not null,
  party text not null,
  name text not null,
  identifier text not null,
  position integer not null,
  primary key (message_id, party)
);
create index addressee_party on addressee (organization_id, party, message_id);

create table message_identifier (
  organization_id uuid not null,
  author_party text not null,
  system text not null,
  value text not null,
  message_id uuid not null,
  primary key (organization_id, author_party, system, value)
);
create index message_identifier_of on message_identifier (message_id);
create index message_identifier_value on message_identifier (organization_id, value);

-- ------------------------------------------------------------------ receipts: append-only truth, and its projection
create table receipt (
  seq bigint generated always as identity primary key,
  organization_id uuid not null,
  conversation_id uuid not null,
  message_id uuid not null,
  target text not null,
  state text not null,
  detail text not null,
  device text not null,
  at timestamptz not null
);
create index receipt_of_message on receipt (message_id);

create table recipient_state (
  message_id uuid not null,
  organization_id uuid not null,
  conversation_id uuid not null,
  target text not null,
  target_name text not null,
  via_role text,
  is_destination boolean not null,
  state text not null,
  rank smallint not null,
  detail text not null,
  version integer not null,
  at timestamptz not null,
  primary key (message_id, target)
);
create index recipient_state_target on recipient_state (organization_id, target, message_id);
create index recipient_state_unread on recipient_state (organization_id, target, conversation_id) where rank < 40 and not is_destination;
create index recipient_state_conversation on recipient_state (conversation_id);

-- ------------------------------------------------------------------ outbox
create table lane (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  destination text not null,
  ordering_key text not null,
  due_at timestamptz not null,
  claimed_by text,
  claimed_until timestamptz,
  unique (organization_id, destination, ordering_key)
);
create index lane_due on lane (due_at);

create table delivery (
  id uuid primary key,
  organization_id uuid not null,
  seq bigint generated always as identity,
  lane_id bigint not null references lane,
  destination text not null,
  conversation_id uuid not null,
  message_id uuid not null,
  priority smallint not null,
  control_id text not null unique,
  document_id text not null,
  attempts integer not null default 0,
  last_error text not null default '',
  enqueued_at timestamptz not null
);
create index delivery_in_lane on delivery (lane_id, seq);

create table dead_letter (
  id uuid primary key,
  organization_id uuid not null,
  destination text not null,
  conversation_id uuid not null,
  message_id uuid not null,
  control_id text not null,
  document_id text not null,
  attempts integer not null,
  reason text not null,
  owner text not null,
  parked_at timestamptz not null
);

-- ------------------------------------------------------------------ audit: insert-only
create table audit_event (
  id uuid primary key,
  organization_id uuid not null,
  seq bigint generated always as identity,
  recorded timestamptz not null,
  action char(1) not null,
  type text not null,
  subtype text[] not null,
  outcome char(1) not null,
  agents text[] not null,
  patients uuid[] not null,
  entities text[] not null,
  resource bytea not null
) partition by range (id);
create index audit_event_agents on audit_event using gin (agents);
create index audit_event_patients on audit_event using gin (patients);
create index audit_event_entities on audit_event using gin (entities);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append-only: % on % refused', tg_op, tg_table_name;
end $$;
create trigger audit_event_append_only before update or delete or truncate on audit_event
  for each statement execute function refuse_change();
create trigger receipt_append_only before update or delete or truncate on receipt
  for each statement execute function refuse_change();

-- ------------------------------------------------------------------ sessions and positions
create table web_session (
  id uuid primary key,
  organization_id uuid not null references organization,
  token_hash bytea not null unique,
  practitioner_id uuid not null references practitioner,
  sid text not null,
  subject text not null,
  acr text not null,
  auth_time timestamptz not null,
  sealed_tokens bytea not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index web_session_sid on web_session (sid);
create index web_session_subject on web_session (subject);

create table poll_position (
  name text primary key,
  position bigint not null,
  updated_at timestamptz not null
);

-- ------------------------------------------------------------------ partitions by month, made ahead by the owner's function
-- The bound of a month is the smallest version 7 UUID of its first millisecond.
create function version7_floor(at timestamptz) returns uuid language sql immutable as $$
  select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-000000000000')::uuid
  from (select lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as h) x
$$;

create function make_partitions(months_ahead integer) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  parent text;
  month timestamptz;
  child text;
begin
  perform pg_advisory_xact_lock(718293);
  foreach parent in array array['inbound', 'message', 'audit_event'] loop
    for i in -1 .. months_ahead loop
      month := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
      month := (month at time zone 'UTC' + make_interval(months => i)) at time zone 'UTC';
      child := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
      if to_regclass(child) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent,
          version7_floor(month), version7_floor((month at time zone 'UTC' + interval '1 month') at time zone 'UTC'));
      end if;
    end loop;
    if to_regclass(parent || '_other') is null then
      execute format('create table %I partition of %I default', parent || '_other', parent);
    end if;
  end loop;
end $$;

-- ------------------------------------------------------------------ rights of the application
revoke all on all tables in schema public from public;
revoke all on function make_partitions(integer) from public;
grant usage on schema public to ${app_role};
grant select, insert, update, delete on all tables in schema public to ${app_role};
revoke update, delete on audit_event, receipt, message, addressee, inbound, practitioner_role from ${app_role};
revoke insert, update, delete on flyway_schema_history from ${app_role};
grant execute on function make_partitions(integer) to ${app_role};
