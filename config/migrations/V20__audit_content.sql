-- A record as jsonb, to look for members that stand in no column. Null for what jsonb does not hold, such as a number of a thousand digits in a record
-- that another system told: it stands in the trail for ever, and must not break the searches that meet it. A NUL becomes the sign for a lost character.
create function audit_content(resource bytea) returns jsonb language plpgsql immutable strict as $$
begin
  return replace(convert_from(resource, 'UTF8'), '\u0000', '\ufffd')::jsonb;
exception when others then
  return null;
end $$;
