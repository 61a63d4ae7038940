/** What jobs and computations are. */
import type { Language } from '../label.ts';
import type { ProblemCode, ProblemItem } from '../problem.ts';

/** What is to be computed, and on which state of the data. */
export interface Computation {
  /** SHA-256 of all that the result depends on. */
  address: string;
  processId: string;
  /** Checked inputs with defaults, as JSON with sorted keys. */
  inputs: string;
  language: Language;
  release: number;
  /** ISO date that chooses the boundary version where the inputs leave it open. */
  day: string;
}

/** How the requester wants the outputs. */
export interface Delivery {
  /** Ids of outputs; null for all. */
  outputs: readonly string[] | null;
  /** Ids of the outputs that are answered as links. */
  references: readonly string[];
  response: 'raw' | 'document';
}

/** States of a job, in the words of OGC API Processes. */
export type JobStatus = 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';

/** What went wrong, as a Problem is built from it. */
export interface Failure {
  code: ProblemCode;
  message: string;
  items: readonly ProblemItem[];
}

/** A job as it stands. */
export interface Job extends Delivery {
  id: string;
  processId: string;
  status: JobStatus;
  progress: number;
  created: Date;
  started: Date | null;
  finished: Date | null;
  updated: Date;
  failure: Failure | null;
}

/** An address to be called when a job gets into a state. */
export interface Callback {
  event: 'running' | 'successful' | 'failed';
  /** http(s) address of an origin that the operator allows. */
  address: string;
  /** Address of the API as the requester saw it, for links. */
  base: string;
}

/** A callback whose job is in that state. */
export interface DueCallback extends Callback {
  id: number;
  jobId: string;
  language: Language;
  /** This one counted. */
  attempts: number;
}

/** Which jobs a list has. */
export interface JobFilter {
  processes?: readonly string[] | undefined;
  statuses?: readonly JobStatus[] | undefined;
  /** Created from here, inclusive, ISO. */
  from?: string | undefined;
  /** Created before here, exclusive, ISO. */
  until?: string | undefined;
  /** Seconds. */
  minDuration?: number | undefined;
  maxDuration?: number | undefined;
}

/** A computation that a worker has taken. */
export interface Claimed extends Computation {
  id: number;
  attempts: number;
}
