-- Index methods that authorities define. Built-in ones are code; results are computed, never stored.

create table index_method (
  index_id     text not null check (index_id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  version      text not null check (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  authority_id text not null references authority on delete cascade,
  definition   jsonb not null,
  release      integer not null references release on delete cascade,
  primary key (index_id, version)
);
comment on table index_method is 'Methods of composite indices (Indizes). A version never changes: a change is a new version.';
comment on column index_method.definition is 'The whole method in the form of IndexDefinition in the contract.';

create trigger index_method_append_only before update on index_method
  for each statement execute function refuse_update();
