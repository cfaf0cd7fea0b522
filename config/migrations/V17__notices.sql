-- Notices by mail of an emergency access, one for each address: one that is refused keeps nobody else from his. What was sent is kept for a while, so that nobody
-- is told again when the addresses are changed.
create table notice (
  id uuid primary key,
  organization_id uuid not null,
  access_id uuid not null,
  address text not null,
  happened_at timestamptz not null,
  failures int not null default 0,
  next_at timestamptz not null,
  sent_at timestamptz,
  unique (access_id, address)
);
create index notice_next on notice (organization_id, next_at) where sent_at is null;
grant select, insert, update, delete on notice to ${app_role};
