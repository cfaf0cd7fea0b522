-- Nothing looks for records by it any more. A node of the version before, while it still runs, finds them more slowly.
drop index audit_event_keys;
