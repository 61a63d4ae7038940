import { byId, make } from './elements.js';
import { printDate, printPeriod } from './words.js';

/** How long each period stays. */
const STEP_MS = 1000;

/** More names than this do not fit below the slider. */
const MOST_NAMES = 6;

let moments = [];
let comparable = false;
let timer = null;

/**
 * Sets the slider to the view on display; hidden where there is only one period. Where the classes are given, there is nothing to
 * choose about them.
 */
export function fillTimeline({ moments: periods, subject, fixedClasses, view }) {
  if (moments.length !== periods.length || moments.some((each, i) => !isSame(each, periods[i])))
    showTicks(periods);
  moments = periods;
  comparable = subject.comparable;
  byId('timeline').hidden = moments.length < 2;
  byId('common').parentElement.hidden = fixedClasses || !comparable;
  byId('common').checked = view.common !== null;
  const slider = byId('moment');
  slider.max = String(moments.length - 1);
  slider.value = String(moments.findIndex(({ period }) => period === view.period));
  const words = printPeriod(view.period);
  slider.setAttribute('aria-valuetext', words);
  byId('moment-period').value = words;
}

function isSame(a, b) {
  return a.period === b.period && a.boundaryVersion === b.boundaryVersion;
}

/** Names years below the slider, and draws a line where other boundaries begin. */
function showTicks(periods) {
  const last = periods.length - 1;
  const yearAt = (i) => periods[i]?.period.slice(0, 4);
  const begins = periods.flatMap((_, i) => (yearAt(i) === yearAt(i - 1) ? [] : [i]));
  const every = Math.ceil(begins.length / MOST_NAMES);
  const years = begins.filter((_, n) => n % every === 0);
  const breaks = periods.flatMap(({ boundaryVersion }, i) =>
    i === 0 || boundaryVersion === periods[i - 1].boundaryVersion ? [] : [i],
  );
  byId('ticks').replaceChildren(
    ...breaks.map((i) => {
      const title = `Gebietsstand ${printDate(periods[i].boundaryVersion)}`;
      return placeAt(make('span', { class: 'break', title }), (i - 0.5) / last);
    }),
    ...years.map((i) => placeAt(make('span', { class: 'tick' }, yearAt(i)), i / last)),
  );
}

function placeAt(mark, share) {
  mark.style.left = `${100 * share}%`;
  return mark;
}

/**
 * Reports what slider, button and box ask for as a part of a view. Moving through time compares periods, so it turns
 * on classes that are the same in all of them.
 * @param {(change: { period?: string, common?: string | null }) => Promise<void>} onChange
 */
export function wireTimeline(onChange) {
  const slider = byId('moment');
  const goTo = (index) => onChange({ period: moments[index].period, ...(comparable ? { common: '1' } : {}) });
  slider.addEventListener('input', () => {
    stopPlaying();
    goTo(Number(slider.value));
  });
  byId('common').addEventListener('change', (event) =>
    onChange({ common: event.target.checked ? '1' : null }),
  );
  byId('play').addEventListener('click', () => {
    if (timer === null) play(goTo);
    else stopPlaying();
  });
}

/** Plays from the period on display to the last one, from the last one over again. */
function play(goTo) {
  const first = Number(byId('moment').value);
  let index = first === moments.length - 1 ? 0 : first;
  setPlaying(true);
  const step = async () => {
    const mine = timer;
    await goTo(index);
    // Stopped, or stopped and started again, while the period was loading.
    if (timer !== mine) return;
    index++;
    if (index < moments.length) timer = setTimeout(step, STEP_MS);
    else stopPlaying();
  };
  timer = setTimeout(step);
}

/** Stays at the period on display. */
export function stopPlaying() {
  clearTimeout(timer);
  timer = null;
  setPlaying(false);
}

function setPlaying(playing) {
  byId('play').textContent = playing ? 'Anhalten' : 'Abspielen';
  byId('play').dataset.playing = String(playing);
  // A screen reader would read every period out and never come to an end.
  for (const id of ['heading', 'boundary', 'announcement'])
    byId(id).setAttribute('aria-live', playing ? 'off' : 'polite');
}
