-- What HL7 v2 tells beside admissions: stays that end, records that are merged, results, orders, documents, appointments.

-- ------------------------------------------------------------------ patients and stays: null is "never said", empty is "nowhere now"
alter table patient alter column location drop not null, alter column location drop default;
alter table patient alter column deceased drop not null, alter column deceased drop default;
alter table patient add column details jsonb not null default '{}';
alter table patient add column merged_into uuid references patient;
create index patient_merged_into on patient (merged_into) where merged_into is not null;
alter table encounter alter column location drop not null;
alter table encounter add column status text not null default '';
alter table encounter add column details jsonb not null default '{}';

-- ------------------------------------------------------------------ merges: the old row stays, and all that was moved is written down, so that it can be moved back
create table patient_merge (
  id uuid primary key,
  organization_id uuid not null references organization,
  survivor_id uuid not null references patient,
  prior_id uuid not null references patient,
  inbound_id uuid,
  merged_at timestamptz not null,
  undone_at timestamptz,
  undone_by text
);
create index patient_merge_of_survivor on patient_merge (survivor_id);
create index patient_merge_of_prior on patient_merge (prior_id);
create table patient_merge_item (
  merge_id uuid not null references patient_merge,
  kind text not null, -- conversation, encounter, chart_record, critical_result; identifier: given to the survivor; matching: named the one given up
  item_id uuid,
  system text not null default '',
  value text not null default ''
);
create index patient_merge_item_of on patient_merge_item (merge_id);

-- ------------------------------------------------------------------ the patient's context; whose it is stands beside the sealed content, so that a merge never opens it
create table chart_record (
  organization_id uuid not null,
  id uuid not null,
  seq bigint generated always as identity,
  type text not null,
  patient_id uuid, -- null: of no patient, such as an organization
  visit_system text not null,
  visit_number text not null,
  code_system text not null,
  code text not null,
  status text not null,
  at timestamptz,
  version integer not null default 1,
  data_key_id uuid not null,
  sealed bytea not null,
  inbound_id uuid,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create index chart_record_of_patient on chart_record (organization_id, patient_id, type, id);
create index chart_record_by_code on chart_record (organization_id, type, code, id);
create index chart_record_changed on chart_record (organization_id, type, updated_at);
create index chart_record_of_visit on chart_record (organization_id, visit_number) where visit_number <> '';
create table chart_identifier (
  organization_id uuid not null,
  record_id uuid not null,
  system text not null,
  value text not null,
  primary key (organization_id, record_id, system, value)
);
create index chart_identifier_value on chart_identifier (organization_id, value);

-- ------------------------------------------------------------------ results that somebody must know at once: a row until he has been told, and after
create table critical_result (
  id uuid primary key,
  organization_id uuid not null,
  record_id uuid not null,
  finding_hash bytea not null,
  inbound_id uuid not null, -- what one message reports is told together
  patient_id uuid, -- null: nobody knows whose it is, and somebody must find out
  location text not null,
  source text not null,
  data_key_id uuid not null,
  sealed bytea not null,
  raised_at timestamptz not null,
  attempts integer not null default 0,
  last_error text not null default '',
  told_at timestamptz,
  role_code text,
  message_id uuid,
  unique (organization_id, record_id, finding_hash)
);
create index critical_result_open on critical_result (raised_at) where told_at is null;

-- ------------------------------------------------------------------ segments without a rule, counted
create table inbound_unmapped (
  organization_id uuid not null,
  source text not null,
  message_type text not null,
  segment text not null,
  seen bigint not null,
  last_inbound_id uuid not null,
  last_at timestamptz not null,
  primary key (organization_id, source, message_type, segment)
);

-- ------------------------------------------------------------------ conversations follow the patient
alter table conversation add column closes_at timestamptz;
alter table on_call_role add column fallback text;

-- ------------------------------------------------------------------ people by the numbers that other systems have for them
create table practitioner_identifier (
  organization_id uuid not null references organization,
  system text not null,
  value text not null,
  practitioner_id uuid not null references practitioner,
  primary key (organization_id, system, value)
);

create index inbound_review_open on inbound_review (organization_id, opened_at) where closed_at is null;
alter table inbound_review add column closed_by text;

grant select, insert, update, delete on chart_record, chart_identifier, critical_result, inbound_unmapped, practitioner_identifier to ${app_role};
grant select, insert, update on patient_merge to ${app_role};
grant select, insert on patient_merge_item to ${app_role};

-- When the hospital's directory said that he has left; whatever the identity provider says, he is not active then.
alter table practitioner add column left_at timestamptz;
