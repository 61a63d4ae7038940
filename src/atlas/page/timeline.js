import { byId } from './elements.js';
import { printPeriod } from './words.js';

/** How long each period stays. */
const STEP_MS = 1000;

let moments = [];
let timer = null;

/**
 * Sets the slider to the view on display; hidden where only one period has these boundaries. Where the classes are given, there
 * is nothing to choose about them.
 */
export function fillTimeline({ moments: periods, fixedClasses, view }) {
  moments = periods;
  byId('timeline').hidden = moments.length < 2;
  byId('common').parentElement.hidden = fixedClasses;
  byId('common').checked = view.common !== null;
  const slider = byId('moment');
  slider.max = String(moments.length - 1);
  slider.value = String(moments.indexOf(view.period));
  const words = printPeriod(view.period);
  slider.setAttribute('aria-valuetext', words);
  byId('moment-period').value = words;
}

/**
 * Reports what slider, button and box ask for as a part of a view. Moving through time compares periods, so it turns
 * on classes that are the same in all of them.
 * @param {(change: { period?: string, common: string | null }) => Promise<void>} onChange
 */
export function wireTimeline(onChange) {
  const slider = byId('moment');
  const goTo = (index) => onChange({ period: moments[index], common: '1' });
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
  byId('heading').setAttribute('aria-live', playing ? 'off' : 'polite');
}
