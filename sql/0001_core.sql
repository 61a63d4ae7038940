-- Core schema: who publishes, which districts there are, what is measured, and every published figure.
-- Rules that hold here and nowhere else:
--   * figures and shapes are append-only; a correction is a new row with a newer release;
--   * `valid` is when something is true in the world (dates), `known` is when we said so (release numbers);
--   * the database holds published, already protected values only.

create type observation_status as enum
  ('ok', 'estimated', 'suppressed', 'not_assessed', 'not_available', 'not_applicable');

create table authority (
  id        text primary key check (id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  kind      text not null check (kind in ('municipality', 'association')),
  label_de  text not null,
  label_en  text,
  synthetic boolean not null default false
);
comment on table authority is 'Publisher: a municipality or an association of municipalities (Kommune, Kommunalverband).';
comment on column authority.synthetic is 'Made-up data; removed when the first real package is imported.';

create table authority_member (
  authority_id text not null references authority on delete cascade,
  member_id    text not null references authority on delete cascade,
  primary key (authority_id, member_id),
  check (authority_id <> member_id)
);
comment on table authority_member is 'Members of an association (StädteRegion Aachen has ten).';

create table release (
  number           integer primary key check (number > 0),
  authority_id     text not null references authority on delete cascade,
  package          text not null,
  title            text not null,
  created_at       timestamptz not null default now(),
  importer_version text not null,
  files            jsonb not null,
  protection       jsonb not null,
  summary          jsonb not null
);
comment on table release is 'One import (Veröffentlichung); numbers count up over the whole database.';
comment on column release.files is 'Source files: [{path, bytes, sha256}].';
comment on column release.protection is 'Report of the disclosure control that ran before anything was written.';
comment on column release.summary is 'What changed: counts of districts, cells added, changed and withdrawn.';

create table geography (
  id           integer generated always as identity primary key,
  collection   text not null unique check (collection ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
  authority_id text not null references authority on delete cascade,
  label_de     text not null,
  label_en     text,
  parent_id    integer references geography on delete set null,
  release      integer not null references release on delete cascade
);
comment on table geography is 'One partition of an authority''s territory at one level (Gliederungsebene).';
comment on column geography.collection is 'Id of the OGC API collection, e.g. berlin-plr.';

create table boundary_version (
  id           integer generated always as identity primary key,
  geography_id integer not null references geography on delete cascade,
  valid        daterange not null check (not isempty(valid) and not lower_inf(valid)),
  label_de     text not null,
  label_en     text,
  srid         integer not null,
  source       text not null,
  licence      text not null,
  attribution  text not null,
  url          text,
  release      integer not null references release on delete cascade,
  unique (geography_id, id),
  exclude using gist (geography_id with =, valid with &&)
);
comment on table boundary_version is 'A set of shapes that is valid from a date on (Gebietsstand); versions of one geography never overlap.';
comment on column boundary_version.srid is 'EPSG code of the delivered coordinates.';
comment on column boundary_version.release is 'Newest release that touched a shape, name or parent of this version.';

create table district (
  id           integer generated always as identity primary key,
  geography_id integer not null references geography on delete cascade,
  key          text not null check (key <> ''),
  unique (geography_id, key),
  unique (geography_id, id)
);
comment on table district is 'Identity of a district (Gebiet): geography and key. Name, shape and parents have versions.';

--      known (releases)
--        ▲
--      9 │        ┌──────────── shape B: correction published with release 9
--        │        │
--      1 │ ┌──────┴─ shape A ──┐ … closed at release 9, still readable as of release 8
--        └─┴───────────────────┴──────────▶ valid (dates)
create table district_version (
  id                  integer generated always as identity primary key,
  district_id         integer not null references district on delete cascade,
  boundary_version_id integer not null references boundary_version on delete cascade,
  name                text not null,
  valid               daterange not null check (not isempty(valid)),
  known               int4range not null check (not isempty(known) and not lower_inf(known)),
  geom_delivered      geometry not null,
  geom                geometry(MultiPolygon, 4326) not null check (st_isvalid(geom) and not st_isempty(geom)),
  exclude using gist (district_id with =, valid with &&, known with &&)
);
comment on table district_version is 'Name and shape of a district, bitemporal: no two are valid at once as known at one time.';
comment on column district_version.geom_delivered is 'Shape as delivered, in the CRS of the delivery.';
comment on column district_version.geom is 'Valid MultiPolygon in EPSG:4326 (longitude, latitude), derived from geom_delivered.';
create index district_version_boundary on district_version (boundary_version_id, district_id);
create index district_version_geom on district_version using gist (geom);

create table district_parent (
  district_id         integer not null references district on delete cascade,
  parent_id           integer not null references district on delete cascade,
  parent_geography_id integer not null references geography on delete cascade,
  boundary_version_id integer not null references boundary_version on delete cascade,
  valid               daterange not null check (not isempty(valid)),
  known               int4range not null check (not isempty(known) and not lower_inf(known)),
  foreign key (parent_geography_id, parent_id) references district (geography_id, id) on delete cascade,
  exclude using gist (
    district_id with =,
    parent_geography_id with =,
    valid with &&,
    known with &&)
);
comment on table district_parent is 'Dated relation to a parent district; one parent per parent geography at a time, hierarchies run in parallel.';
create index district_parent_boundary on district_parent (boundary_version_id);

create table reason (
  code     text primary key check (code ~ '^[a-z][a-z0-9_]*$'),
  label_de text not null,
  label_en text not null
);
comment on table reason is 'Why a value is missing or special.';
insert into reason (code, label_de, label_en) values
  ('not_delivered', 'nicht geliefert', 'not delivered'),
  ('not_collected', 'für diesen Zeitraum nicht erhoben', 'not collected for this period'),
  ('other_boundary_version', 'liegt auf einem anderen Gebietsstand vor', 'is there on another boundary version'),
  ('withdrawn', 'zurückgezogen', 'withdrawn');

create table indicator (
  id               integer generated always as identity primary key,
  code             text not null unique check (code ~ '^[a-z][a-z0-9_]*$'),
  label_de         text not null,
  label_en         text,
  description_de   text,
  description_en   text,
  unit             text not null,
  decimals         integer not null check (decimals between 0 and 12),
  numerator_de     text,
  numerator_en     text,
  denominator_de   text,
  denominator_en   text,
  aggregation      text not null check (aggregation in ('sum', 'ratio', 'wmean', 'median', 'recompute', 'none')),
  polarity         integer not null check (polarity in (-1, 0, 1)),
  theme            text not null,
  target_groups    text[] not null,
  life_cycle       text not null check (life_cycle in ('proposed', 'agreed', 'in_use', 'retired')),
  protection_class text not null check (protection_class in ('P0', 'P1', 'P2', 'P3', 'P4')),
  categories       jsonb not null,
  release          integer not null references release on delete cascade
);
comment on table indicator is 'Global definition of an indicator (Kennzahl); authorities adopt it with a source of their own.';
comment on column indicator.polarity is '+1 higher is better, -1 higher is worse, 0 context.';
comment on column indicator.categories is 'Classes of a classified indicator: [{value, label: {de, en}}].';

create table indicator_source (
  indicator_id integer not null references indicator on delete cascade,
  authority_id text not null references authority on delete cascade,
  source       text not null,
  licence      text not null,
  attribution  text not null,
  url          text,
  release      integer not null references release on delete cascade,
  primary key (indicator_id, authority_id)
);
comment on table indicator_source is 'Where an authority takes an indicator from, and under which licence.';

create table period (
  id         text primary key check (id ~ '^[0-9]{4}(-S[12]|-Q[1-4]|-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'),
  first_day  date not null,
  last_day   date not null check (last_day >= first_day)
);
comment on table period is 'Reporting periods in ISO 8601 / SDMX notation.';

-- The geography leads the key so that the table can be partitioned or distributed by it without changing a query.
create table observation (
  geography_id        integer not null references geography on delete cascade,
  indicator_id        integer not null references indicator on delete cascade,
  period              text not null references period,
  district_id         integer not null,
  boundary_version_id integer not null,
  release             integer not null references release on delete cascade,
  value               double precision,
  numerator           double precision,
  denominator         double precision,
  status              observation_status not null,
  reason              text references reason,
  provisional         boolean not null,
  reference_date      date,
  withdrawn           boolean not null default false,
  primary key (geography_id, indicator_id, period, district_id, boundary_version_id, release),
  foreign key (geography_id, district_id) references district (geography_id, id) on delete cascade,
  foreign key (geography_id, boundary_version_id) references boundary_version (geography_id, id) on delete cascade,
  check ((status in ('ok', 'estimated')) = (value is not null)),
  check (value is null or (value > '-infinity' and value < 'infinity')),
  check (status in ('ok', 'estimated') or (numerator is null and denominator is null))
);
comment on table observation is 'Published figures (Werte). Append-only: a release stores the cells it changes, withdrawals as tombstones.';
comment on column observation.withdrawn is 'Tombstone: from this release on the cell counts as never delivered.';

create table column_version (
  geography_id        integer not null references geography on delete cascade,
  indicator_id        integer not null references indicator on delete cascade,
  period              text not null references period,
  boundary_version_id integer not null,
  release             integer not null references release on delete cascade,
  primary key (geography_id, indicator_id, period, boundary_version_id, release),
  foreign key (geography_id, boundary_version_id) references boundary_version (geography_id, id) on delete cascade
);
comment on table column_version is 'Which release touched which column (all districts of a geography for one indicator and period); the newest is the version that cache keys use.';

create function refuse_update() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: publish a correction as a new release', tg_table_name;
end
$$;
create trigger observation_append_only before update on observation
  for each statement execute function refuse_update();
