/** An index by a method of `/indices`. */
import { MEDIA } from '../../http/links.ts';
import { chooseSubject, listIndices, requireIndex } from '../../indices/choose-subject.ts';
import { describeRow, describeStatement } from '../../indices/describe-results.ts';
import { pointToInputs } from '../check-inputs.ts';
import { COLLECTION, DATETIME, PERIOD } from '../common-inputs.ts';
import type { Process, ProcessContext } from '../process.ts';

interface IndexInputs {
  index: string;
  version?: string;
  collection?: string;
  period: string;
  datetime?: string;
}

export const compositeIndex: Process = {
  id: 'composite-index',
  version: '1.0.0',
  title: { de: 'Zusammengesetzter Index', en: 'Composite index' },
  description: {
    de: 'Index und Klasse jedes Gebiets nach einer der Methoden unter /indices.',
    en: 'Index and class of every district by one of the methods at /indices.',
  },
  keywords: ['index', 'monitoring'],
  inputs: {
    index: {
      title: { de: 'Index', en: 'Index' },
      description: { de: 'Id eines Index, z. B. mss-status.', en: 'Id of an index, e.g. mss-status.' },
      schema: { type: 'string', minLength: 1, maxLength: 100 },
    },
    version: {
      title: { de: 'Version der Methode', en: 'Version of the method' },
      description: { de: 'Ohne Angabe die neueste.', en: 'The newest without it.' },
      schema: { type: 'string', minLength: 1, maxLength: 30 },
      optional: true,
    },
    collection: { ...COLLECTION, optional: true },
    period: { ...PERIOD, schema: { ...PERIOD.schema, default: 'latest' }, optional: true },
    datetime: DATETIME,
  },
  outputs: {
    result: {
      title: { de: 'Ergebnis', en: 'Result' },
      description: {
        de: 'Aussage zur Methode und eine Zeile je Gebiet.',
        en: 'Statement of method and a row for each district.',
      },
      schema: {
        type: 'object',
        required: ['statement', 'results'],
        properties: { statement: { type: 'object' }, results: { type: 'array', items: { type: 'object' } } },
      },
    },
  },
  mediaType: MEDIA.json,
  async prepare(context: ProcessContext, inputs: IndexInputs) {
    const { catalog, reader, day, language, indexResults } = context;
    const indices = listIndices(await reader.indexMethods(catalog));
    const index = requireIndex(indices, inputs.index, inputs.version);
    const subject = await pointToInputs(() => chooseSubject(catalog, indices, index, inputs, day));
    return {
      milliseconds: 50,
      async run() {
        const evaluated = await indexResults.evaluate(catalog, subject);
        const results = evaluated.table.keys.map((_, i) => describeRow(catalog, evaluated, i, language));
        const statement = describeStatement(evaluated, language);
        return Buffer.from(JSON.stringify({ statement, results }));
      },
    };
  },
};
