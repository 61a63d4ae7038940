/**
 * What a request for features is about, whatever its collection's features are made of. It is read against the
 * catalogue; nothing is loaded before its rows are opened.
 */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import type { Label, Language } from '../label.ts';
import type { Problem } from '../problem.ts';
import type { Property } from './property.ts';
import type { Beside, Queryable } from './queryables.ts';
import type { Rows } from './rows.ts';

/** A property that a parameter of its name chooses by value. */
export interface FreeName extends Pick<Property, 'name' | 'type' | 'format'> {
  /** Its values; null where they are not few. */
  values: readonly { value: string | number }[] | null;
}

/** What features are made of, and what can be asked of them. */
export interface Subject {
  /** Id of the collection. */
  collection: string;
  title: Label;
  /** The geography whose districts the features are about. */
  geography: Geography;
  /** The boundary version that all rows are on; null where they are on several, or there are none. */
  version: BoundaryVersion | null;
  /** All properties, in the order of the answer. */
  properties: Property[];
  /** What filters can name beside them. */
  beside: readonly Beside[];
  /** All that a filter can name; null where there are no rows. */
  queryables: Queryable[] | null;
  /** What can be asked for by a parameter that the contract does not name. */
  free: readonly FreeName[];
  /** Most rows of a page, whatever `limit` says. */
  mostRows: number;
  /** Newest release that touched what is shown: at this release it reads the same as now. */
  release: number;
  /** All that the answers depend on beside their address. */
  state(language: Language): (string | number)[];
  /** The answer to a feature id that there is not. */
  unknown(id: string): Problem;
  open(): Promise<Rows>;
}
