/** Who a request wants to be told of its job. */
import type { Callback } from '../jobs/job.ts';
import { Problem } from '../problem.ts';
import { findAllowed } from './allowed-address.ts';

/** As the body has it. */
export interface Subscriber {
  successUri: string;
  inProgressUri?: string | undefined;
  failedUri?: string | undefined;
}

const EVENTS = [
  ['successUri', 'successful'],
  ['inProgressUri', 'running'],
  ['failedUri', 'failed'],
] as const;

/**
 * Checks the addresses.
 * @param origins that the operator allows
 * @param base address of the API
 * @throws Problem invalid_request for an address that may not be called
 */
export function readSubscriber(
  subscriber: Subscriber | undefined,
  origins: readonly string[],
  base: string,
): Callback[] {
  if (!subscriber) return [];
  return EVENTS.flatMap(([name, event]) => {
    const text = subscriber[name];
    if (text === undefined) return [];
    const url = findAllowed(text, origins);
    if (url) return [{ event, address: url.href, base }];
    throw new Problem('invalid_request', 'This service does not call that address.', [
      {
        code: 'subscriber_refused',
        field: `/body/subscriber/${name}`,
        got: text.slice(0, 100),
        expected:
          origins.length > 0
            ? 'an http or https address of a host that the operator of this service has allowed (CALLBACK_ORIGINS)'
            : 'no subscriber: this service calls no addresses; ask for the status of the job',
      },
    ]);
  });
}

/** A subscriber is told of a job, and a request that waits has none. */
export function subscriberWithoutJob(): Problem {
  return new Problem('invalid_request', 'Only jobs have subscribers.', [
    {
      code: 'subscriber_without_job',
      field: 'Prefer',
      got: 'a subscriber, and a request that waits for the result',
      expected: 'the header Prefer: respond-async',
    },
  ]);
}
