-- Every message with a segment that has no rule counts it. All transactions of a source's messages of one type counted in one row and waited for each other's
-- commit there: each counts in one of several places now, and who looks adds them up. What was counted before, and what nodes of the version before
-- count, stays in inbound_unmapped.
create table inbound_unmapped_place (
  organization_id uuid not null,
  source text not null,
  message_type text not null,
  segment text not null,
  place smallint not null,
  seen bigint not null,
  last_inbound_id uuid not null,
  last_at timestamptz not null,
  primary key (organization_id, source, message_type, segment, place)
) with (fillfactor = 50);
grant select, insert, update on inbound_unmapped_place to ${app_role};
