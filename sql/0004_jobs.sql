-- Executions of processes: what was asked for (job), and what is computed for it once, however often it is asked for (computation).

create table computation (
  id           bigint generated always as identity primary key,
  address      text not null check (address ~ '^[0-9a-f]{64}$'),
  process_id   text not null,
  inputs       text not null,
  language     text not null check (language in ('de', 'en')),
  release      integer not null,
  day          date not null,
  status       text not null default 'accepted' check (status in ('accepted', 'running', 'successful', 'failed', 'dismissed')),
  attempts     integer not null default 0,
  worker       text,
  lease_until  timestamptz,
  progress     integer not null default 0 check (progress between 0 and 100),
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  updated_at   timestamptz not null default now(),
  finished_at  timestamptz,
  result       bytea,
  failure      jsonb
);
comment on table computation is 'One run of a process on one state of the data. Equal requests share it.';
comment on column computation.address is 'SHA-256 of process, version, inputs, language and state of the data.';
comment on column computation.inputs is 'Inputs with defaults as JSON with sorted keys: the text decides the address.';
comment on column computation.day is 'Day that chooses the boundary version where a request leaves it open.';
comment on column computation.lease_until is 'A worker that lives prolongs it; afterwards another one may take over.';

create unique index computation_address on computation (address) where status not in ('failed', 'dismissed');
create index computation_open on computation (created_at, id) where status in ('accepted', 'running');

create table job (
  id             uuid primary key,
  computation_id bigint not null references computation on delete cascade,
  outputs        jsonb,
  response       text not null check (response in ('raw', 'document')),
  created_at     timestamptz not null default now(),
  dismissed_at   timestamptz
);
comment on table job is 'A request that is answered later (OGC API Processes). Its status is that of its computation unless it was dismissed.';
create index job_computation on job (computation_id);
create index job_created on job (created_at);
