-- Notices by mail that the mail server has not taken yet; one for each address, so that one that is refused keeps nobody else from his.
-- The access they tell of is in emergency_access.
create table notice (
  id uuid primary key,
  organization_id uuid not null,
  access_id uuid not null,
  address text not null,
  happened_at timestamptz not null,
  failures int not null default 0,
  next_at timestamptz not null
);
create index notice_next on notice (organization_id, next_at);
grant select, insert, update, delete on notice to ${app_role};
