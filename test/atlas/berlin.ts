/** The map page on Berlin, beside the API that it asks. */
import { booleanPointInPolygon, centroid, pointToPolygonDistance } from '@turf/turf';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import type { Page } from 'playwright-core';
import type t from 'tap';
import { buildApp } from '../../src/app.ts';
import { MISSING_COLOUR, PATTERN_COLOUR } from '../../src/styles/missing.ts';
import type { Scope } from '../support/database.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { TODAY } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { openBrowser, pictureOf, settle, skipWithoutChromium } from './browser.ts';

type Checks = Pick<typeof t, 'same' | 'ok'>;

/** Why tests of the page on Berlin are skipped, or false. */
export const skipWithoutBerlin: string | false = skipWithoutChromium || skipWithoutShared;

const COLLECTION = 'berlin-plr';

/** Metres from a place to the border of its district: some pixels on a map of the whole city. */
const INSIDE = 260;

/** Starts the service with Berlin's districts and figures on a free port, and a browser. */
export async function openBerlin(scope: Scope) {
  const { db } = await preparedDatabase(scope, 'berlin');
  const { server } = await buildApp({ db, logLevel: 'silent', today: () => TODAY });
  scope.teardown(() => server.close());
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const browser = await openBrowser(scope);
  const placesOf = new Map<string, Map<string, Position>>();

  /** Asks the API below /v1 about the planning areas, in German. */
  async function ask<T>(path: string, query: Record<string, string>): Promise<T> {
    const url = `${origin}/v1${path}?${new URLSearchParams(query)}`;
    return (await (await fetch(url, { headers: { 'accept-language': 'de' } })).json()) as T;
  }

  async function execute<T>(process: string, inputs: Record<string, unknown>): Promise<T> {
    const response = await fetch(`${origin}/v1/processes/${process}/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'de' },
      body: JSON.stringify({ inputs: { collection: COLLECTION, ...inputs } }),
    });
    return (await response.json()) as T;
  }

  /** A place well inside of each district that has one at its centroid, by key. */
  async function placesOn(boundary: string): Promise<Map<string, Position>> {
    const known = placesOf.get(boundary);
    if (known) return known;
    const { features } = await ask<{ features: { id: string; geometry: Polygon | MultiPolygon }[] }>(
      `/collections/${COLLECTION}/items`,
      { datetime: boundary, limit: '1000' },
    );
    const places = features.flatMap(({ id, geometry }) => {
      const point = centroid(geometry).geometry.coordinates;
      if (!booleanPointInPolygon(point, geometry)) return [];
      const distance = pointToPolygonDistance(point, geometry, { units: 'meters' });
      return distance < -INSIDE ? [[id, point] as const] : [];
    });
    placesOf.set(boundary, new Map(places));
    return placesOf.get(boundary)!;
  }

  /**
   * Compares the screen, district by district, with the colour that each should have; null for a missing
   * value. Says whether there was one.
   */
  async function checkColours(
    t: Checks,
    page: Page,
    boundary: string,
    colourOf: (key: string) => string | null,
  ): Promise<boolean> {
    const places = await placesOn(boundary);
    t.ok(places.size > 150, `${places.size} districts of ${boundary} are looked at`);
    const picture = await pictureOf(page);
    const points = (await page.evaluate(
      `${JSON.stringify([...places.values()])}.map((place) => window.sozialraum.project(place)).map(({ x, y }) => [x, y])`,
    )) as [number, number][];
    const wrong: string[] = [];
    const seen = new Set<string>();
    [...places.keys()].forEach((key, i) => {
      const [x, y] = points[i]!;
      const expected = colourOf(key);
      const got = picture.at(x, y);
      if (expected !== null && got !== expected) wrong.push(`${key} is ${got}, not ${expected}`);
      if (expected === null && !isMissing(got)) wrong.push(`${key} without a value is ${got}`);
      seen.add(String(expected));
    });
    t.same(wrong, []);
    t.ok(seen.size > 1, [...seen].join(' '));
    return seen.has('null');
  }

  /** Opens a view of the planning areas and waits until it is on the screen. */
  async function show(page: Page, hash: string): Promise<void> {
    await page.goto(`${origin}/#c=${COLLECTION}&${hash}`);
    await settle(page);
  }

  return { origin, browser, ask, execute, placesOn, checkColours, show };
}

/** Whether a colour lies between the ground and the lines of the pattern of a missing value; no class is as grey. */
function isMissing(colour: string): boolean {
  const [most, least] = [MISSING_COLOUR, PATTERN_COLOUR].map((limit) =>
    Number.parseInt(limit.slice(1, 3), 16),
  );
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return parts.every((part) => part >= least! - 6 && part <= most! && Math.abs(part - parts[0]!) < 10);
}

/** What an element says, without line breaks. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).textContent()) ?? '').replace(/\s+/g, ' ').trim();
}
