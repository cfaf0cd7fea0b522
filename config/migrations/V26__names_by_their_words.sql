-- Names are found by how their parts begin, whatever the case and the accents (FHIR R4 section 3.1.1.4.8): of a million patients, one took four seconds. All
-- names of a patient count, also those of before.

-- A text without case and accents.
create function plain_text(t text) returns text language sql immutable parallel safe strict as $$
  select lower(regexp_replace(normalize(t, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;

-- The parts of all names, and their words, without case and accents. Stands by itself: what an index calls sees no other schema.
create function name_words(family text, given text[], details jsonb) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array(
    select distinct w from (
      select left(unnest(array[whole] || regexp_split_to_array(whole, '[\s,]+')), 200) as w from (
        select lower(regexp_replace(normalize(part, NFKD), '[\u0300-\u036f]', '', 'g')) as whole from (
        select unnest(given || family) as part
        union all select jsonb_path_query(details, '$.name[*].family') #>> '{}'
        union all select jsonb_path_query(details, '$.name[*].given[*]') #>> '{}'
        union all select jsonb_path_query(details, '$.name[*].text') #>> '{}') parts) plain) s
    where w <> ''))
$$;

create index patient_words on patient using gin (name_words(family, given, details)) with (fastupdate = off);

-- What begins all of these words; nothing when none of them is left.
create function name_query(words text[]) returns tsquery language sql immutable parallel safe as $$
  select string_agg('''' || replace(replace(left(w, 200), '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
  from (select plain_text(word) as w from unnest(words) word) s where w <> ''
$$;
