-- Codes by which a record is found beside its first one: further codings of what it is about (a hospital's own code and LOINC's), and its categories.
-- What was kept before, or is kept by a node of the version before, is opened by a worker: coded_version says of which version the codes stand here.
create table chart_code (
  organization_id uuid not null,
  record_id uuid not null,
  parameter text not null, -- code, category
  system text not null,
  code text not null,
  primary key (organization_id, record_id, parameter, system, code)
);
create index chart_code_found on chart_code (organization_id, parameter, code, record_id);
alter table chart_record add column coded_version integer not null default 0;
create index chart_record_uncoded on chart_record (organization_id, id) where coded_version <> version;
grant select, insert, update, delete on chart_code to ${app_role};
