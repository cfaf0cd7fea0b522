-- Who has which right, by role and unit. A change makes a new version; the newest counts, and none at all means the defaults.
create table right_version (
  organization_id uuid not null references organization,
  version integer not null,
  changed_by uuid not null references practitioner,
  changed_at timestamptz not null,
  primary key (organization_id, version)
);
create table right_grant (
  organization_id uuid not null,
  version integer not null,
  right_name text not null,
  role text not null,
  unit text not null, -- empty: in all units
  primary key (organization_id, version, right_name, role, unit),
  foreign key (organization_id, version) references right_version
);
grant select, insert on right_version, right_grant to ${app_role};
