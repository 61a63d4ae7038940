/** Transactions that refuse to be used in a way that would wait for itself forever. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import { Problem } from '../problem.ts';

/** One running transaction: the pool whose connection it holds, null when it has ended. */
interface Holder {
  pool: object | null | undefined;
  readonly outer: Holder | undefined;
}

const holders = new AsyncLocalStorage<Holder>();

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects.
 * Inside, only the given `trx` may be used; the outer `db` is refused.
 * @throws Problem `nested_transaction` when the same database is used again inside `work`.
 */
export async function withTransaction<T, R>(
  db: Kysely<T>,
  work: (trx: Transaction<T>) => Promise<R>,
): Promise<R> {
  const holder: Holder = { pool: undefined, outer: holders.getStore() };
  try {
    return await holders.run(holder, () => db.transaction().execute(work));
  } finally {
    holder.pool = null;
  }
}

/**
 * Called where a connection is taken from a pool. The first one inside `withTransaction` belongs to the
 * transaction; another from the same pool would wait for the first (always, when there is only one).
 */
export function refuseNested(pool: object): void {
  const current = holders.getStore();
  for (let holder = current; holder; holder = holder.outer) {
    if (holder.pool === pool) {
      throw new Problem('nested_transaction', 'The database was used inside its own transaction.', [
        {
          code: 'nested_transaction',
          got: 'a query on the outer database',
          expected: 'a query on the transaction',
        },
      ]);
    }
  }
  if (current && current.pool === undefined) current.pool = pool;
}
