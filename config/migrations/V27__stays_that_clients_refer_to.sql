-- What a record is found by is read out of it: at first codes and categories; now also the stay that a client refers to, and the end of the time that it is about.
-- Here stands which version of it was read so. All that was kept before is read through once more; and what a node of the version before reads, which does not
-- know this column, is read again by one that does.
alter table chart_record add column coding integer not null default 0;
create index chart_record_unread on chart_record (organization_id, id) where coded_version <> version or coding <> version;
