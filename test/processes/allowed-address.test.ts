import t from 'tap';
import { findAllowed } from '../../src/processes/allowed-address.ts';

const ORIGINS = ['https://tool.example', 'http://10.0.0.1:8080'];

const CASES: [address: string, wanted: string | null][] = [
  ['https://tool.example', 'https://tool.example/'],
  ['https://TOOL.example:443/a?b=c#d', 'https://tool.example/a?b=c'],
  ['http://10.0.0.1:8080/', 'http://10.0.0.1:8080/'],
  ['http://0xa.0.0.1:8080/', 'http://10.0.0.1:8080/'],
  // Everything up to the at sign is a path here, for the fetch too.
  ['https://tool.example\\@other.example/', 'https://tool.example/@other.example/'],
  ['http://tool.example/', null],
  ['https://tool.example:8443/', null],
  ['https://tool.example.other.example/', null],
  ['https://tool.example@other.example/', null],
  ['https://user@tool.example/', null],
  ['https://:secret@tool.example/', null],
  ['https://other.example/https://tool.example', null],
  ['https://sub.tool.example/', null],
  ['http://10.0.0.1/', null],
  ['http://10.0.0.1:80801/', null],
  ['//tool.example/', null],
  ['file:///etc/passwd', null],
  ['data:text/plain,a', null],
  ['', null],
];

t.test('an address is allowed by its whole origin, and by nothing that looks like it', async (t) => {
  for (const [address, wanted] of CASES) {
    t.equal(findAllowed(address, ORIGINS)?.href ?? null, wanted, address);
    t.equal(findAllowed(address, []), null, 'an empty list allows none');
  }
});
