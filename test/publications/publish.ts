/** Publishes analyses on a service under test. */
import type { LightMyRequestResponse } from 'fastify';
import type { components } from '../../openapi/generated/types.ts';
import type { Service } from '../support/service.ts';

export type Publication = components['schemas']['Publication'];
export type PublishedStyle = components['schemas']['PublishedStyle'];

/** Properties of a published feature. */
export type Properties = Record<string, string | number | null>;

/** A published feature as items have it. */
export interface Item {
  id: string;
  geometry: { type: string; coordinates: number[][][][] } | null;
  properties: Properties;
}

/** One result of a request. */
export type Wanted = { job: string } | { process: string; inputs: object };

/** Asks for a publication. */
export async function publish(
  { ask }: Pick<Service, 'ask'>,
  id: string,
  results: readonly Wanted[],
  more: object = {},
): Promise<LightMyRequestResponse> {
  return await ask({
    method: 'POST',
    url: '/v1/publications',
    payload: { id, title: { de: `Ergebnis ${id}`, en: `Result ${id}` }, results, ...more },
  });
}

/** Takes one back. */
export async function withdraw(
  { ask }: Pick<Service, 'ask'>,
  id: string,
  reason: string,
): Promise<LightMyRequestResponse> {
  return await ask({ method: 'DELETE', url: `/v1/publications/${id}?${new URLSearchParams({ reason })}` });
}

/** All features of a collection, without shapes. */
export async function itemsOf(
  { get }: Pick<Service, 'get'>,
  id: string,
  query = '',
): Promise<{ items: Item[]; numberMatched: number }> {
  const answer = await get(`/collections/${id}/items?skipGeometry=true&limit=10000&${query}`);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const { features, numberMatched } = answer.json();
  return { items: features, numberMatched };
}
