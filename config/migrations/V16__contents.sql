-- The bytes of photographs and documents that stand in a chart as Binary: beside the record, so that a chart is read without them.
create table chart_content (
  organization_id uuid not null,
  record_id uuid not null,
  data_key_id uuid not null,
  sealed bytea not null,
  primary key (organization_id, record_id),
  foreign key (organization_id, record_id) references chart_record
);
-- what is sealed gets no smaller
alter table chart_content alter column sealed set storage external;
grant select, insert on chart_content to ${app_role};
