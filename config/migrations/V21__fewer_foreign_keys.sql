-- What one statement writes together is not looked up again by the database: for each key and each conversation it locked the organization's row, which
-- all who write share, and for each participant his conversation. All tables at once or none: who writes or reads meanwhile takes them in other orders.
do $$
begin
  perform set_config('lock_timeout', '2s', true);
  for attempt in 1 .. 100 loop
    begin
      lock table conversation, participant, data_key, organization in access exclusive mode;
      alter table data_key drop constraint data_key_organization_id_fkey;
      alter table conversation drop constraint conversation_organization_id_fkey;
      alter table participant drop constraint participant_conversation_id_fkey;
      exit;
    exception when lock_not_available or deadlock_detected then
      if attempt = 100 then
        raise;
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', '0', true);
end $$;
