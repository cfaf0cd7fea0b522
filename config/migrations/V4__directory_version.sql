-- A node keeps the directory in memory and sees, by one number, whether it changed.

create table directory_version (
  one_row boolean primary key default true check (one_row),
  version bigint not null
);
insert into directory_version (version) values (1);
create function directory_changed() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  update directory_version set version = version + 1;
  return null;
end $$;
create trigger directory_changed after insert or update or delete on practitioner
  for each row execute function directory_changed();
create trigger directory_changed after insert or update or delete on practitioner_role
  for each row execute function directory_changed();
create trigger directory_changed after insert or update or delete on on_call_role
  for each row execute function directory_changed();
create trigger directory_changed after insert or update or delete on duty
  for each row execute function directory_changed();

grant select on directory_version to ${app_role};
