-- Lanes without a row on the hot path, circuits, dead letters that are replayed.
-- Nothing was released with the first schema, so that lanes may be dropped here; from the first release on, a migration
-- leaves what the version before it needs.

-- ------------------------------------------------------------------ outbox
alter table delivery add column lane text;
update delivery d set lane = l.ordering_key from lane l where l.id = d.lane_id;
alter table delivery alter column lane set not null;
drop index delivery_in_lane;
alter table delivery drop column lane_id;
alter table delivery add column first_attempt_at timestamptz;
-- since when the message itself, and not its destination, holds up its lane
alter table delivery add column held_since timestamptz;
drop table lane;
create index delivery_in_lane on delivery (organization_id, destination, lane, seq);
create index delivery_by_urgency on delivery (organization_id, destination, priority desc, seq);

create index delivery_held on delivery (organization_id, destination) where held_since is not null;

-- A lane that a worker holds, or that waits until it is due; a lane that is free has no row.
create table lane_hold (
  organization_id uuid not null,
  destination text not null,
  lane text not null,
  claimed_by text not null,
  claimed_until timestamptz not null,
  due_at timestamptz not null,
  primary key (organization_id, destination, lane)
);

-- Paused by a person, or open because the destination is away; no row: all is well.
create table destination_state (
  organization_id uuid not null,
  destination text not null,
  paused_by text,
  failures integer not null default 0,
  open_until timestamptz,
  probing boolean not null default false,
  reason text not null default '',
  changed_at timestamptz not null,
  primary key (organization_id, destination)
);

alter table dead_letter add column lane text not null default '';
alter table dead_letter add column priority smallint not null default 0;
alter table dead_letter add column due_at timestamptz;
alter table dead_letter add column replayed_at timestamptz;
alter table dead_letter add column replayed_by text;
create index dead_letter_open on dead_letter (organization_id, parked_at) where replayed_at is null;

grant select, insert, update, delete on lane_hold, destination_state to ${app_role};
