import { byId, make } from './elements.js';

let districts = [];

/** Sets what can be searched for. */
export function fillSearch({ observations }) {
  districts = observations;
  // The key tells districts of the same name apart.
  byId('names').replaceChildren(...observations.map((each) => make('option', { value: nameOf(each) })));
}

/** Chooses a district by its name or key. @param {(key: string) => void} onChoose */
export function wireSearch(onChoose) {
  const field = byId('search');
  field.addEventListener('change', () => {
    const found = findDistrict(field.value.trim());
    field.setCustomValidity(found || field.value === '' ? '' : 'Kein Gebiet heißt so.');
    field.reportValidity();
    if (!found) return;
    field.value = '';
    onChoose(found.district);
  });
  field.addEventListener('input', () => field.setCustomValidity(''));
}

function findDistrict(text) {
  if (text === '') return undefined;
  const wanted = text.toLocaleLowerCase('de');
  const lower = (each) => each.toLocaleLowerCase('de');
  return (
    districts.find((each) => nameOf(each) === text || each.district === text) ??
    districts.find(({ districtName }) => lower(districtName) === wanted) ??
    districts.find(({ districtName }) => lower(districtName).startsWith(wanted))
  );
}

function nameOf({ districtName, district }) {
  return `${districtName} (${district})`;
}
