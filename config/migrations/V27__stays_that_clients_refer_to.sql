-- What a record is found by is read out of it: at first codes and categories; since this version (1) also the stay that a client refers to, and the end of the
-- time that it is about. All that was kept before is read through once more, by a node of this version: one of the version before does not know this column, and
-- what it keeps or reads stands at 0.
alter table chart_record add column coding smallint not null default 0;
create index chart_record_unread on chart_record (organization_id, id) where coded_version <> version or coding < 1;
