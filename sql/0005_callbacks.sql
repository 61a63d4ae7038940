-- Who is told of a job (OGC API Processes, callback), and which outputs are answered by reference.

create table callback (
  id           bigint generated always as identity primary key,
  job_id       uuid not null references job on delete cascade,
  event        text not null check (event in ('running', 'successful', 'failed')),
  origin       text not null,
  address      text not null,
  base         text not null,
  attempts     integer not null default 0,
  due_at       timestamptz not null default now(),
  delivered_at timestamptz,
  unique (job_id, event)
);
comment on table callback is 'An address to be called when a job gets into a state. Stored with the job, so that a confirmed one is never lost.';
comment on column callback.origin is 'Scheme, host and port of the address; called only while the operator allows it.';
comment on column callback.base is 'Address of the API as the requester saw it, for links.';
comment on column callback.due_at is 'Not called before; while it is being called, when somebody else may try.';
create index callback_open on callback (due_at) where delivered_at is null;

alter table job add column by_reference jsonb not null default '[]';
comment on column job.by_reference is 'Ids of the outputs that are answered as links.';

comment on column computation.lease_until is
  'A worker that lives prolongs it, afterwards another one may take over. Of a computation that waits: not tried again before.';
