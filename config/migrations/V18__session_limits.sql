-- How long browser sessions last in an organisation. A change makes a new version; the newest counts, and none at all means the settings.
create table session_limit (
  organization_id uuid not null references organization,
  version integer not null,
  desk_idle_seconds integer not null,
  desk_absolute_seconds integer not null,
  phone_idle_seconds integer not null,
  phone_absolute_seconds integer not null,
  changed_by uuid not null references practitioner,
  changed_at timestamptz not null,
  primary key (organization_id, version)
);
grant select, insert on session_limit to ${app_role};

-- What holds for this session by the limits of its person's organisations; null: the settings.
alter table web_session add column idle_seconds integer;
-- Whose organisations they are.
create index practitioner_by_subject on practitioner (subject);
