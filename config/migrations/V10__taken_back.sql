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
