-- Whoever says that he knows of an alert: the hospital's systems are told, beside the order whose result it was.
alter table delivery add column answered_by text not null default ''; -- who answered; empty for what files a message or takes it back
alter table dead_letter add column answered_by text not null default '';
alter table critical_result add column placer text not null default ''; -- OBR-2 and OBR-3 as they came
alter table critical_result add column filler text not null default '';
create index critical_result_message on critical_result (message_id) where message_id is not null;
