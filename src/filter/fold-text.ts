/** CASEI and ACCENTI: texts that differ only in case or in accents become equal. Both are evaluated here, never in SQL. */

/**
 * Folds case: `Straße` and `STRASSE`, `Οδος` and `ΟΔΟΣ` become equal. By way of upper case, since that writes ß as SS;
 * the final sigma, which lower case makes of Σ at the end of a word, counts as any other.
 */
export function foldCase(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** Letters that Unicode does not decompose, with what they are typed as without their stroke or ligature. */
const LETTERS: Record<string, string> = {
  Ø: 'O',
  ø: 'o',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Ð: 'D',
  ð: 'd',
  Ħ: 'H',
  ħ: 'h',
  Ŧ: 'T',
  ŧ: 't',
  ı: 'i',
  Þ: 'Th',
  þ: 'th',
  Æ: 'AE',
  æ: 'ae',
  Œ: 'OE',
  œ: 'oe',
  ẞ: 'SS',
  ß: 'ss',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** Removes accents: `Köpenick` and `Kopenick`, `København` and `Kobenhavn` become equal. */
export function stripAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(LETTER, (letter) => LETTERS[letter]!)
    .normalize('NFC');
}
