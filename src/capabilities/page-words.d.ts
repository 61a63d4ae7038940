/** The page's German words, which are not declared a second time for the server. */
declare module '*/atlas/page/words.js' {
  /** German word of a unit; empty where it has none. */
  export function unitWord(unit: string): string;
  /** German word of a theme. */
  export function themeWord(theme: string): string;
}
