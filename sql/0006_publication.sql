-- Results of analyses that were published as collections. Their features are districts of the geography, with attributes; what is
-- valid in a boundary version of it is the result for one period.

alter table geography add column kind text not null default 'districts' check (kind in ('districts', 'analysis'));
comment on column geography.kind is 'What the collection holds: districts of a level, or the published result of an analysis.';

alter table district_version add column attributes jsonb
  check (attributes is null or jsonb_typeof(attributes) = 'object');
comment on column district_version.attributes is 'Published result of an analysis: numbers and texts by name; null for districts of a level.';

create table publication (
  geography_id integer primary key references geography on delete cascade,
  content      text not null check (content ~ '^[0-9a-f]{64}$'),
  description  json not null,
  statement    json not null,
  release      integer not null references release on delete cascade
);
comment on table publication is 'Published result of an analysis (Analyse). Never changes; the end of it is a withdrawal.';
comment on column publication.content is 'SHA-256 of all that is published: the same result again is no new release.';
comment on column publication.description is 'Process, inputs, attributes and periods in the form of src/publications/publication.ts.';
comment on column publication.statement is 'Statement of method as the process wrote it.';

create table withdrawal (
  geography_id integer primary key references publication on delete cascade,
  reason       text not null check (reason <> ''),
  release      integer not null references release on delete cascade
);
comment on table withdrawal is 'End of a publication. Reads of earlier releases still show it; its id is never used again.';

create trigger publication_append_only before update on publication
  for each statement execute function refuse_update();
create trigger withdrawal_append_only before update on withdrawal
  for each statement execute function refuse_update();
