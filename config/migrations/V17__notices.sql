-- Notices by mail that the mail server has not taken yet; the key is that of the emergency access they tell of.
create table notice (
  id uuid primary key,
  organization_id uuid not null,
  happened_at timestamptz not null,
  failures int not null default 0,
  next_at timestamptz not null
);
create index notice_next on notice (organization_id, next_at);
grant select, insert, update, delete on notice to ${app_role};
