import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** Messages of the type check for a file that would lie in src/http. */
function check(name: string, text: string): string[] {
  const file = join(ROOT, 'src/http', name);
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists.call(host, path);
  host.getSourceFile = (path, target, ...rest) =>
    path === file
      ? ts.createSourceFile(path, text, target, true)
      : getSourceFile.call(host, path, target, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file)!;
  return program
    .getSemanticDiagnostics(source)
    .map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' '));
}

const HEAD = `
import type { Handlers } from './contract.ts';
declare const all: Handlers;
declare const some: Omit<Handlers, 'getConformance'>;
`;

t.test('every operation has exactly one handler of the right type', async (t) => {
  for (const [name, code, expected] of [
    ['all handlers', 'export const handlers: Handlers = all;', null],
    ['a missing handler', 'export const handlers: Handlers = some;', /getConformance/],
    [
      'a surplus handler',
      'export const handlers: Handlers = { ...all, getWeather: async () => ({}) };',
      /getWeather/,
    ],
    [
      'a mistyped answer',
      'export const handlers: Handlers = { ...some, getConformance: async () => ({ conformsTo: 1 }) };',
      /conformsTo/,
    ],
    [
      'a parameter that the contract does not have',
      'export const handlers: Handlers = { ...some, getConformance: async (request) => ({ conformsTo: [request.query.colour] }) };',
      /colour/,
    ],
  ] as const) {
    const messages = check('type-check-sample.ts', HEAD + code).join('; ');
    if (expected === null) t.equal(messages, '', name);
    else t.match(messages, expected, name);
  }
});
