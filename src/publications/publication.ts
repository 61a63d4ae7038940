/** What is known of a published analysis. */
import type { Attribute } from '../districts/attribute.ts';
import type { Polarity } from '../indicators/indicator.ts';
import type { Label, Language } from '../label.ts';

/** Where published results come from, and what their features carry. Stored as it is. */
export interface Publication {
  description: Label | null;
  /** The collection that was analysed. */
  source: string;
  process: { id: string; version: string; title: Label };
  /** Of what was analysed: 0, context, is never coloured as a problem. */
  polarity: Polarity;
  attributes: Attribute[];
  /** In the order of their periods. */
  results: PublishedResult[];
}

/** One result of the process. */
export interface PublishedResult {
  /** Inputs with defaults. */
  inputs: Record<string, unknown>;
  /** Job whose result it is; null for the result of a request. Jobs are kept for some days only. */
  job: string | null;
  /** Language of the words in its statement of method. */
  language: Language;
  /** First day of the analysed boundary version, ISO. */
  boundaryVersion: string;
  period: ResultPeriod;
}

/** What time a result is about: a boundary version of its collection. */
export interface ResultPeriod {
  /** `2021`, or `2012-S1/2021-S2` for a series. */
  id: string;
  /** ISO dates; the second is the day after its last. */
  validFrom: string;
  validUntil: string;
}

/** A publication that was taken back. */
export interface WithdrawnPublication {
  label: Label;
  publication: Publication;
  /** Release that published it. */
  release: number;
  /** Release that took it back. */
  withdrawnBy: number;
  reason: string;
}
