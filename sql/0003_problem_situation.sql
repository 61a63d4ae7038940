-- Rules of problem situations that authorities define. Built-in ones are code; findings are computed, never stored.

create table problem_situation (
  situation_id text not null check (situation_id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  version      text not null check (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  authority_id text not null references authority on delete cascade,
  definition   jsonb not null,
  release      integer not null references release on delete cascade,
  primary key (situation_id, version)
);
comment on table problem_situation is 'Rules of problem situations (Problemlagen). A version never changes: a change is a new version.';
comment on column problem_situation.definition is 'The whole rule in the form of SituationDefinition in the contract.';

create trigger problem_situation_append_only before update on problem_situation
  for each statement execute function refuse_update();
