/** Child process of lock.test.ts: locks the given folder, says so, and stays. */
import { lockFolder } from '../../../src/db/embedded/lock.ts';

try {
  lockFolder(process.argv[2]!);
  console.log('locked');
  setInterval(() => {}, 60_000);
} catch (error) {
  console.log((error as Error).message);
}
