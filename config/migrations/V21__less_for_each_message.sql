-- What one statement writes together is not looked up again by the database: for each key and each conversation it locked the organization's row, which
-- all who write share, and for each participant his conversation.
alter table data_key drop constraint data_key_organization_id_fkey;
alter table conversation drop constraint conversation_organization_id_fkey;
alter table participant drop constraint participant_conversation_id_fkey;

-- Of what messages seldom are or have, so that it leads to them; nothing is written for the others.
create index message_by_priority on message (organization_id, priority, id) where priority <> 'routine';
create index message_by_category on message (organization_id, category, id) where category <> 'notification';
create index recipient_state_unusual on recipient_state (organization_id, state, message_id)
  where state in ('declined', 'escalated', 'failed', 'retraction_failed', 'withdrawn');

-- A range of 16 pages was full within a fraction of a second under load: more were asked to be summarised than PostgreSQL remembers, each that it did not
-- was a line in its log, and was read whole at every look until the next vacuum.
drop index message_txid;
drop index receipt_txid;
drop index audit_event_txid;
drop index receipt_at;
create index message_txid on message using brin (txid) with (autosummarize = on);
create index receipt_txid on receipt using brin (txid) with (autosummarize = on);
create index audit_event_txid on audit_event using brin (txid) with (autosummarize = on);
create index receipt_at on receipt using brin (at) with (autosummarize = on);
