/** Messages between the main thread and the database worker. */
import type { Bytes } from './protocol.ts';

/** What the worker is started with. */
export interface WorkerStart {
  /** Folder of the PostgreSQL data files; created by initdb when empty. */
  readonly pgData: string;
  /** The trimmed PostGIS bundle (tar.gz). */
  readonly bundle: string;
}

/** A batch of frontend protocol messages to run, or the order to shut down. */
export type ToWorker = { readonly kind: 'run'; readonly batch: Bytes } | { readonly kind: 'close' };

/** Ready after start, the answer to one batch, closed, or the reason why the worker cannot go on. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string };
