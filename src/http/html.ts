/** A piece of markup that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

type Content = Html | string | number | null | readonly Content[];

/**
 * Template tag for markup: what is inserted is escaped unless it is markup itself; lists are joined, null is nothing.
 *
 * @returns markup
 */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return { markup: parts.map((part, index) => part + print(contents[index] ?? null)).join('') };
}

function print(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'object') return 'markup' in content ? content.markup : content.map(print).join('');
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
