-- Access to a patient's conversations in an emergency ("break the glass"): for a short time, with a reason, and reviewed afterwards.
create table emergency_access (
  id uuid primary key,
  organization_id uuid not null references organization,
  practitioner_id uuid not null references practitioner,
  patient_id uuid not null references patient,
  data_key_id uuid not null,
  sealed_reason bytea not null,
  opened_at timestamptz not null,
  until timestamptz not null,
  opened_conversations integer not null default 0,
  verdict text,
  sealed_note bytea,
  reviewed_by uuid references practitioner,
  reviewed_at timestamptz
);
create index emergency_access_of on emergency_access (practitioner_id, patient_id, until);
create index emergency_access_open on emergency_access (organization_id, opened_at) where reviewed_at is null;

grant select, insert, update on emergency_access to ${app_role};
