-- Messages that are kept first and processed in order by one node at a time.

-- ------------------------------------------------------------------ work that one node at a time may do
create table lease (
  name text primary key,
  holder text not null,
  until timestamptz not null
);

-- ------------------------------------------------------------------ kept, and still to be processed, in the order of arrival
create table inbound_work (
  seq bigint generated always as identity primary key,
  organization_id uuid not null,
  inbound_id uuid not null,
  source text not null,
  peer text not null
);

grant select, insert, update, delete on lease, inbound_work to ${app_role};
