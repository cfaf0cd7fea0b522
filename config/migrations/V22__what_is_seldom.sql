-- Of what messages seldom are or have, so that it leads to them; nothing is written for the others.
create index message_by_priority on message (organization_id, priority, id) where priority <> 'routine';
create index message_by_category on message (organization_id, category, id) where category <> 'notification';
create index recipient_state_unusual on recipient_state (organization_id, state, message_id)
  where state in ('declined', 'escalated', 'failed', 'retraction_failed', 'withdrawn');

-- A range of 16 pages was full within a fraction of a second under load: more were asked to be summarised than PostgreSQL remembers, each that it did not
-- was a line in its log, and was read whole at every look until the next vacuum.
create index message_by_txid on message using brin (txid) with (autosummarize = on);
create index receipt_by_txid on receipt using brin (txid) with (autosummarize = on);
create index audit_event_by_txid on audit_event using brin (txid) with (autosummarize = on);
create index receipt_by_time on receipt using brin (at) with (autosummarize = on);

-- last, since nobody reads these tables from here on until all of this is kept
drop index message_txid, receipt_txid, audit_event_txid, receipt_at;
