-- Keys of the records that there were. In a transaction of its own, which reads the trail and keeps nobody from writing it: since the migration
-- before, what is written meanwhile has its keys by the trigger.
insert into audit_key (key, audit_id)
  select distinct k.key, n.id
  from audit_event n cross join lateral (
    select audit_key_of(n.organization_id, name) as key from unnest(n.agents || n.entities) name
    union all select unnest(n.patients)) k
  on conflict do nothing;
