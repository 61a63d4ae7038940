/** The descriptor of a data package (Frictionless Data Package v2 with our extension key `sozialraum`). */
import { Ajv, type ErrorObject } from 'ajv';
import contract from '../../openapi/generated/openapi.json' with { type: 'json' };
import { isDate, parsePeriod } from '../indicators/period.ts';
import type { Status } from '../indicators/status.ts';
import type { IndexDefinition } from '../indices/index-method.ts';
import type { Label } from '../label.ts';
import type { SituationDefinition } from '../situations/situation.ts';
import type { AuthorityEntry, BoundaryCandidate, IndicatorEntry, ReasonEntry } from './candidate.ts';
import schema from './descriptor.schema.json' with { type: 'json' };
import { type Findings, show } from './findings.ts';
import type { Dialect } from './read-csv.ts';
import { lineOf } from './read-geojson.ts';

/** A source as declared: the address may be absent. */
interface DeclaredSource {
  text: string;
  licence: string;
  attribution: string;
  url?: string;
}

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** An indicator as declared; what may be absent becomes null or empty in the candidate. */
export type DeclaredIndicator = Omit<
  IndicatorEntry,
  'description' | 'numerator' | 'denominator' | 'targetGroups' | 'categories' | 'source'
> & {
  description?: Label;
  numerator?: Label;
  denominator?: Label;
  targetGroups?: string[];
  categories?: { value: number; label: Label }[];
  source: DeclaredSource;
};

/** Status and reason of a value that is not there. */
export interface MissingRule {
  status: Status;
  reason: string;
}

/** Rules by the text that stands in the cell. */
export type MissingRules = Record<string, MissingRule>;

/** Which rows a row rule is for. */
type RowCondition =
  | { field: string; equals: string[] }
  | { field: string; below: number }
  | { key: string[] };

/** How one indicator comes out of a row. */
export type ColumnRule =
  | { field: string; indicator: string; map?: Record<string, number>; missing?: MissingRules }
  | { numerator: string; denominator: string; factor: number; indicator: string; missing?: MissingRules };

/** One column of a CSV file as declared. */
interface DeclaredField {
  name: string;
  type: string;
  decimalChar?: string;
  groupChar?: string;
}

interface DeclaredKey {
  field: string;
  pattern?: string;
}

/** A file of shapes. */
export interface BoundaryResource {
  name: string;
  path: string;
  format: 'geojson' | 'shp';
  encoding?: string;
  sozialraum: {
    kind: 'boundaries';
    geography: string;
    validFrom: string;
    validUntil: string | null;
    label: Label;
    crs: string;
    key: DeclaredKey;
    name: { field: string };
    parents?: { geography: string; key: { field: string } | { prefix: number } }[];
    invalidGeometry: BoundaryCandidate['invalidGeometry'];
    corrections?: { match: Attributes; set: Attributes; comment: string }[];
    source: DeclaredSource;
  };
}

/** Attributes of a feature by name. */
export type Attributes = Record<string, string | number>;

/** A file of figures. */
export interface ObservationResource {
  name: string;
  path: string;
  format: 'csv';
  encoding?: string;
  dialect?: Dialect;
  schema: { fields: DeclaredField[] };
  sozialraum: {
    kind: 'observations';
    geography: string;
    boundary: string;
    period: string | { field: string };
    referenceDate?: string;
    provisional: boolean;
    key: DeclaredKey;
    missing?: MissingRules;
    rows?: (MissingRule & { when: RowCondition })[];
    columns: ColumnRule[];
  };
}

/** A descriptor that its schema accepts. */
export interface Descriptor {
  name: string;
  title: string;
  sozialraum: {
    authority: Optional<AuthorityEntry, 'members' | 'synthetic'>;
    geographies: { id: string; label: Label; parent?: string; extent: [number, number, number, number] }[];
    indicators: DeclaredIndicator[];
    reasons: ReasonEntry[];
    indices?: IndexDefinition[];
    situations?: SituationDefinition[];
  };
  resources: (BoundaryResource | ObservationResource)[];
}

/** Name of the descriptor in findings, and its usual file name. */
export const DESCRIPTOR_FILE = 'datapackage.json';

const validate = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  // The schema says `required` in branches of an alternative whose properties stand in another place.
  strictRequired: false,
  strictTypes: false,
  formats: { date: isDate, period: (text: string) => parsePeriod(text) !== null, regex: isPattern },
})
  // An index method has the same form in a package and in a request; the rest of the contract is no schema.
  .addVocabulary(Object.keys(contract))
  .addSchema({ ...contract, $id: 'contract' }, undefined, true)
  .compile<Descriptor>(schema);

/** Reads a descriptor; notes every place where it differs from its schema and returns null then. */
export function readDescriptor(text: string, findings: Findings): Descriptor | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const line = lineOf(error);
    findings.add({
      code: 'descriptor_invalid',
      got: error instanceof Error ? error.message : String(error),
      expected: 'a JSON document',
      file: DESCRIPTOR_FILE,
      ...(line === undefined ? {} : { line }),
    });
    return null;
  }
  if (validate(document)) return document;
  for (const error of validate.errors ?? []) {
    // What the branches of an alternative say is summed up by the alternative itself.
    if (error.keyword === 'if' || /\/oneOf\/\d/.test(error.schemaPath)) continue;
    const { pointer, got, expected } = explain(error);
    const code =
      error.keyword === 'format' && error.params.format === 'period'
        ? 'period_invalid'
        : 'descriptor_invalid';
    findings.add({ code, got, expected, field: pointer, file: DESCRIPTOR_FILE });
  }
  return null;
}

function explain(error: ErrorObject): { pointer: string; got: string; expected: string } {
  const pointer = error.instancePath || '/';
  const below = (name: string): string => `${error.instancePath}/${name}`;
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    return { pointer: below(name), got: 'nothing', expected: `a member "${name}"` };
  }
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty);
    const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
    return { pointer: below(name), got: `unknown member "${name}"`, expected: `only ${known.join(', ')}` };
  }
  const description = error.parentSchema?.description as string | undefined;
  const allowed = error.keyword === 'enum' ? `one of ${show(error.params.allowedValues)}` : undefined;
  const constant = error.keyword === 'const' ? show(error.params.allowedValue) : undefined;
  return {
    pointer,
    got: show(error.data),
    expected:
      description ??
      allowed ??
      constant ??
      (error.message ?? 'what the schema says').replace(/^must be /, ''),
  };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
