-- The keys by which the audit trail is searched stand in one index instead of three: a record is
-- entered once, and conditions on any of the columns, alone or together, still find it.
create index audit_event_keys on audit_event using gin (agents, patients, entities);
drop index audit_event_agents;
drop index audit_event_patients;
drop index audit_event_entities;
