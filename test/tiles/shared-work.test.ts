import t from 'tap';
import { makeSharedWork } from '../../src/tiles/shared-work.ts';

const never = new AbortController().signal;

t.test('callers of one key share one piece of work, others do not', async (t) => {
  const shared = makeSharedWork<number>();
  let started = 0;
  const work = async (): Promise<number> => ++started;
  const [a, b, c] = await Promise.all([
    shared.run('x', never, work),
    shared.run('x', never, work),
    shared.run('y', never, work),
  ]);
  t.strictSame([a, b, c], [1, 1, 2]);
  t.equal(await shared.run('x', never, work), 3, 'what is done is not kept');
});

t.test('work goes on while one still waits, and is given up when none does', async (t) => {
  const shared = makeSharedWork<string>();
  const [first, second] = [new AbortController(), new AbortController()];
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const work = (signal: AbortSignal): Promise<string> => {
    signal.addEventListener('abort', () => stop());
    return new Promise(() => {});
  };
  const a = shared.run('x', first.signal, work);
  const b = shared.run('x', second.signal, work);
  first.abort(new Error('first left'));
  await t.rejects(a, { message: 'first left' });
  const state = await Promise.race([
    stopped.then(() => 'stopped'),
    new Promise((r) => setImmediate(r, 'running')),
  ]);
  t.equal(state, 'running');
  second.abort(new Error('second left'));
  await t.rejects(b, { message: 'second left' });
  await stopped;
  t.equal(await shared.run('x', never, async () => 'anew'), 'anew');
});

t.test('a failure reaches all, and the next call tries again', async (t) => {
  const shared = makeSharedWork<string>();
  const fail = async (): Promise<string> => {
    throw new Error('broken');
  };
  const both = await Promise.allSettled([shared.run('x', never, fail), shared.run('x', never, fail)]);
  t.match(both, [{ reason: { message: 'broken' } }, { reason: { message: 'broken' } }]);
  t.equal(await shared.run('x', never, async () => 'mended'), 'mended');
});

t.test('a caller that left before it came gets no work', async (t) => {
  const shared = makeSharedWork<string>();
  let started = false;
  const gone = shared.run('x', AbortSignal.abort(new Error('gone')), async () => {
    started = true;
    return '';
  });
  await t.rejects(gone, { message: 'gone' });
  t.notOk(started);
});
