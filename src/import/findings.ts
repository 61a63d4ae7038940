/** Collects what is wrong with a package, so that one import names many defects at once. */
import { Problem, type ProblemItem } from '../problem.ts';

/** More than this helps nobody: the first hundred already show what is wrong with a file. */
const MOST_ITEMS = 100;

/** A list of findings that ends the reading when it is full. */
export interface Findings {
  /** Notes one finding, the same only once; throws Problem `invalid_package` with all of them when the list is full. */
  add(item: ProblemItem): void;
  /** Throws Problem `invalid_package` with all findings, if there are any. */
  finish(): void;
}

/** Starts an empty list of findings. */
export function collectFindings(): Findings {
  const items: ProblemItem[] = [];
  const known = new Set<string>();
  const refuse = (message: string): never => {
    throw new Problem('invalid_package', message, items);
  };
  return {
    add(item) {
      // A cell that several columns are made of is one finding.
      const text = JSON.stringify(item);
      if (known.has(text)) return;
      known.add(text);
      items.push(item);
      if (items.length >= MOST_ITEMS) {
        refuse(
          `The package has at least ${MOST_ITEMS} problems; reading stopped there. Nothing was imported.`,
        );
      }
    },
    finish() {
      if (items.length > 0) {
        refuse(
          `The package has ${items.length} ${items.length === 1 ? 'problem' : 'problems'}. Nothing was imported.`,
        );
      }
    },
  };
}

/** A value as text for a finding: quoted JSON, shortened. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
