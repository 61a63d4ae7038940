/** Results as CSV: one line per district, figures of each indicator as columns of their own. */
import type { components } from '../../openapi/generated/types.ts';
import { toCsv } from '../http/csv.ts';
import type { EvaluatedIndex } from './evaluate-index.ts';
import { nameOf } from './index-method.ts';

type Row = components['schemas']['IndexRow'];

const FIELDS = [
  'district',
  'districtName',
  'value',
  'class',
  'classCode',
  'classLabel',
  'standsOut',
  'rank',
  'status',
  'reason',
  'reasonLabel',
  'provisional',
] as const satisfies readonly (keyof Row)[];

/** Columns are those of the JSON rows, then `<indicator>`, `<indicator>_score` and `<indicator>_contribution`. */
export function writeResultCsv({ index, parts }: EvaluatedIndex, rows: readonly Row[]): string {
  const [{ plan }] = parts;
  const where = {
    index: index.definition.id,
    version: index.definition.version,
    period: plan.period,
    boundaryVersion: plan.version.validFrom,
  };
  const names = parts.flatMap((part) => part.parts.map((loaded) => nameOf(loaded.part)));
  const columns = names.flatMap((name) => [name, `${name}_score`, `${name}_contribution`]);
  const lines = rows.map(
    ({ figures, ...row }): Record<string, unknown> => ({
      ...row,
      ...Object.fromEntries(
        names.flatMap((name) => [
          [name, figures[name]!.value],
          [`${name}_score`, figures[name]!.score],
          [`${name}_contribution`, figures[name]!.contribution],
        ]),
      ),
      ...where,
    }),
  );
  return toCsv([...FIELDS, ...columns, ...Object.keys(where)], lines);
}
