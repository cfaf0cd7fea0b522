-- Messages that their authors took back. The message itself stays as it was; that it was taken back stands beside it, once.
create table retraction (
  message_id uuid primary key,
  organization_id uuid not null,
  conversation_id uuid not null,
  reason text not null,
  by_party text not null,
  by_name text not null,
  read_by integer not null,
  filed boolean not null,
  at timestamptz not null
);
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
