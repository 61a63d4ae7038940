/**
 * Errors of the domain. Code throws a Problem with a code; src/http/problems.ts says which HTTP status
 * and title a code has; the command line prints the same items. Every item says got and expected.
 */

/** One thing that is wrong, as precise as known: where it is, what was found, what would be right. */
export interface ProblemItem {
  /** Code of the single finding, e.g. `duplicate_key`. */
  code: string;
  /** What was found, as text. */
  got: string;
  /** What would have been accepted, as text. */
  expected: string;
  /** Parameter, JSON pointer, or column. */
  field?: string;
  /** Path of the file as the package names it. */
  file?: string;
  /** Line of a text file, record of a table, or feature of a geometry file; the first is 1. */
  line?: number;
}

/** Every code that domain code may throw. */
export type ProblemCode =
  | 'invalid_request'
  | 'not_allowed'
  | 'not_found'
  | 'withdrawn'
  | 'no_such_process'
  | 'no_such_job'
  | 'result_not_ready'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'payload_too_large'
  | 'headers_too_large'
  | 'range_not_satisfiable'
  | 'unsupported_media_type'
  | 'invalid_package'
  | 'invalid_configuration'
  | 'invalid_migration'
  | 'database_busy'
  | 'database_error'
  | 'statement_timeout'
  | 'analysis_timeout'
  | 'computation_failed'
  | 'too_busy'
  | 'nested_transaction'
  | 'internal';

/** A coded error with the list of findings. The message is one sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly items: readonly ProblemItem[];

  constructor(
    code: ProblemCode,
    message: string,
    items: readonly ProblemItem[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.items = items;
  }
}
