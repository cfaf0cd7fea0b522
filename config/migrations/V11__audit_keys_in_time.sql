-- Who acted, on whom and on what, each in the order of time: the newest records of anybody are read off the end of his part of an index, however
-- many records there are. An index of arrays knows no order. Filled by the database with the record itself, so that no door and no node of the
-- version before can leave it out.
create table audit_key (
  key uuid not null,
  audit_id uuid not null,
  primary key (key, audit_id)
) partition by range (audit_id);

-- What a record names as Type/id is found by the id; any other name by a digest, for each organization its own. Two that met in one key would
-- only cost a look at a record too many: the record itself is asked for the name.
create function audit_key_of(organization uuid, name text) returns uuid language sql immutable parallel safe as $$
  select case when name ~ '^[A-Za-z:]+[/:][0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then right(name, 36)::uuid
    else md5(organization::text || '|' || name)::uuid end
$$;

create or replace function make_partitions(months_ahead integer) returns void language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  parent text;
  month timestamptz;
  child text;
begin
  perform pg_advisory_xact_lock(718293);
  foreach parent in array array['inbound', 'message', 'audit_event', 'audit_key'] loop
    for i in -1 .. months_ahead loop
      month := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC';
      month := (month at time zone 'UTC' + make_interval(months => i)) at time zone 'UTC';
      child := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
      if to_regclass(child) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent,
          version7_floor(month), version7_floor((month at time zone 'UTC' + interval '1 month') at time zone 'UTC'));
      end if;
    end loop;
    if to_regclass(parent || '_other') is null then
      execute format('create table %I partition of %I default', parent || '_other', parent);
    end if;
  end loop;
end $$;
select make_partitions(3);

-- a part for each that the trail has already
do $$
declare
  part record;
begin
  for part in
    select c.relname, pg_get_expr(c.relpartbound, c.oid) as bounds from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit_event'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
  loop
    if to_regclass(replace(part.relname, 'audit_event', 'audit_key')) is null then
      execute format('create table %I partition of audit_key %s', replace(part.relname, 'audit_event', 'audit_key'), part.bounds);
    end if;
  end loop;
end $$;

create function find_audit_by_key() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into audit_key (key, audit_id)
    select distinct k.key, n.id
    from kept n cross join lateral (
      select audit_key_of(n.organization_id, name) as key from unnest(n.agents || n.entities) name
      union all select unnest(n.patients)) k;
  return null;
end $$;
revoke all on function find_audit_by_key() from public;
create trigger audit_event_found_by_key after insert on audit_event referencing new table as kept
  for each statement execute function find_audit_by_key();

create trigger audit_key_append_only before update or delete or truncate on audit_key
  for each statement execute function refuse_change();
grant select on audit_key to ${app_role};
