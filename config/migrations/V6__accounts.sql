-- Sessions as their owner sees them, and how they ended.
alter table web_session add column device text not null default '';
alter table web_session add column phone boolean not null default false;
alter table web_session add column address text not null default '';
alter table web_session add column ended_because text;
create index web_session_of on web_session (practitioner_id) where revoked_at is null;

-- Nothing that somebody proved before this moment counts any more: his devices were wiped.
create table sign_in_floor (
  practitioner_id uuid primary key references practitioner,
  not_before timestamptz not null
);

-- What the identity provider is still to be told. A row goes when it has been told, however long it was away.
create table identity_task (
  id uuid primary key,
  seq bigint generated always as identity,
  kind text not null,
  subject text not null,
  sid text not null,
  asked_at timestamptz not null
);

-- The right to enrol a first second factor: for one person, for a few minutes, for one use.
create table enrolment (
  practitioner_id uuid primary key references practitioner,
  organization_id uuid not null references organization,
  subject text not null,
  factor text not null,
  granted_by uuid not null references practitioner,
  granted_at timestamptz not null,
  until timestamptz not null
);
create index enrolment_subject on enrolment (subject);

grant select, insert, update, delete on sign_in_floor, identity_task, enrolment to ${app_role};
