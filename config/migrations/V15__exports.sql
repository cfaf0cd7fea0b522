-- What clients asked for in bulk: which messages or records are in which file. Their content is read when a file is fetched, so that nothing is kept twice.
create table export (
  id uuid primary key,
  organization_id uuid not null references organization,
  client text not null, -- the party that asked, and that alone may fetch
  request text not null, -- as it was asked
  types text[] not null,
  since timestamptz,
  until timestamptz not null,
  attempts integer not null default 0, -- that failed, one after the other
  failed_at timestamptz, -- given up
  finished_at timestamptz,
  kept_until timestamptz not null
);
create index export_of_client on export (organization_id, client, id);
create index export_unfinished on export (id) where finished_at is null and failed_at is null;
create table export_file (
  export_id uuid not null references export on delete cascade,
  number integer not null,
  type text not null,
  first_id uuid not null,
  last_id uuid not null,
  entries integer not null,
  primary key (export_id, number)
);
-- which messages changed since some day
create index receipt_at on receipt using brin (at);
grant select, insert, update, delete on export, export_file to ${app_role};
