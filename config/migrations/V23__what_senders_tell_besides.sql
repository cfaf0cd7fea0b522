-- What a client's message says beyond what Wardline works with is sealed with its text. Here stands by what it is found: nothing of most messages.
create table message_code (
  organization_id uuid not null,
  message_id uuid not null,
  parameter text not null, -- of FHIR: based-on, category (of other systems), encounter, instantiates-canonical, instantiates-uri, medium
  value text not null,
  primary key (organization_id, message_id, parameter, value)
);
create index message_code_found on message_code (organization_id, parameter, value, message_id);
grant select, insert on message_code to ${app_role};

-- When a message that is only put on record was sent, where its client says so; message.sent_at is when Wardline took it.
create table message_told (
  organization_id uuid not null,
  message_id uuid not null primary key,
  sent_at timestamptz not null
);
create index message_told_sent on message_told (organization_id, sent_at);
grant select, insert on message_told to ${app_role};
