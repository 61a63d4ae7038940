/**
 * Tells the addresses that requests named of their jobs, at least once: a callback is stored with its job, and is done when the
 * address has answered 2xx. Nothing of an answer but its status is read, and no redirect is followed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../db/database.ts';
import { VERSION } from '../version.ts';
import type { DueCallback } from './job.ts';
import { claimCallbacks, closeCallback, MOST_CALLS, postponeCallback } from './store.ts';

/** What addresses are called with. */
export interface CallbackOptions {
  /** Origins that may be called; others, from before the setting was changed, are not. */
  origins: readonly string[];
  /** Body of a call; null where there is nothing to tell any more. */
  write: (callback: DueCallback) => Promise<{ body: Uint8Array; type: string } | null>;
  /** Told what failed; messages name job and origin, but neither paths nor what was sent. */
  onError: (error: unknown) => void;
}

const POLL_MS = 1000;
const AT_ONCE = 8;
/** Time for one call. */
const CALL_MS = 10_000;

/** Starts calling; with no origins nothing is started. @returns what stops it */
export function startCallbacks(db: Db, { origins, write, onError }: CallbackOptions): () => Promise<void> {
  const closing = new AbortController();

  async function call(callback: DueCallback): Promise<void> {
    const message = await write(callback);
    if (message === null) return;
    const { address, base, jobId } = callback;
    const response = await fetch(address, {
      method: 'POST',
      body: new Uint8Array(message.body),
      headers: {
        'content-type': message.type,
        link: `<${base}/jobs/${jobId}>; rel="monitor"`,
        'user-agent': `sozialraum/${VERSION}`,
      },
      redirect: 'manual',
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(CALL_MS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`answered ${response.status}`);
  }

  async function deliver(callback: DueCallback): Promise<void> {
    try {
      await call(callback);
      await closeCallback(db, callback.id);
    } catch (error) {
      await postponeCallback(db, callback.id);
      if (!closing.signal.aborted) onError(new Error(describeFailure(callback, error)));
    }
  }

  async function work(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        const due = await claimCallbacks(db, origins, AT_ONCE);
        await Promise.all(due.map((callback) => deliver(callback).catch(onError)));
        if (due.length > 0) continue;
      } catch (error) {
        if (closing.signal.aborted) return;
        onError(error);
      }
      await pause(POLL_MS, undefined, { ref: false, signal: closing.signal }).catch(() => {});
    }
  }

  const working = origins.length > 0 ? work() : Promise.resolve();
  return async () => {
    closing.abort();
    await working;
  };
}

function describeFailure({ jobId, event, attempts, address }: DueCallback, error: unknown): string {
  const next = attempts < MOST_CALLS ? 'tried again later' : 'given up';
  const { origin } = new URL(address);
  return `Callback (${event}) of job ${jobId} to ${origin}, call ${attempts}: ${reasonOf(error)}; ${next}.`;
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: unknown } };
  if (name === 'TimeoutError') return `no answer within ${CALL_MS / 1000} s`;
  return typeof cause?.code === 'string' ? cause.code : message;
}
