-- A stay is replaced by clients that say which version of it they have seen. A node of the version before leaves the number as it is.
alter table encounter add column version integer not null default 1;
