import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorityOfTarget, createAllowedHosts } from '../../../src/network/allowed-hosts.ts';
import { isForeign, originsOf } from '../../../src/api/boundary/foreign-origin.ts';

const hosts = createAllowedHosts({ ALLOWED_HOSTS: 'Sluice.example.com,*.corp.example', HOST: '127.0.0.1' });

test('localhost, every IP address and the names of ALLOWED_HOSTS are ours, in any case, with a final dot or a port', () => {
  for (const authority of [
    'localhost',
    'LOCALHOST:8080',
    'localhost.',
    '127.0.0.1',
    '10.1.2.3:8080',
    '0.0.0.0:80',
    '[::1]',
    '[::1]:8080',
    '[fe80::1]:8080',
    '[::ffff:127.0.0.1]:80',
    'sluice.example.com',
    'SLUICE.EXAMPLE.COM.:443',
    'a.corp.example',
    'a.b.corp.example:80',
  ])
    assert.equal(hosts.allows(authority), true, authority);
});

test('every other name is not ours, and neither is a number that only looks like an address', () => {
  for (const authority of [
    'evil.test',
    'localhost.evil.test',
    'evil-localhost',
    '127.0.0.1.evil.test',
    '127.1',
    '2130706433',
    '0x7f000001',
    'corp.example',
    'evilcorp.example',
    'sluice.example.com.evil.test',
    'xn--localhost-x',
    'localhost..',
  ])
    assert.equal(hosts.allows(authority), false, authority);
});

test('a text that is no host, with a port at most, has no sound form', () => {
  for (const authority of [
    '',
    'evil.test@localhost',
    'localhost@evil.test',
    'localhost/',
    'localhost:80:80',
    'localhost, evil.test',
    'localhost:port',
    '[::1',
    '::1',
    '[evil.test]',
    '[127.0.0.1]',
    'local host',
  ])
    assert.equal(hosts.allows(authority), null, authority);
});

test('the name that HOST binds to is ours', () => {
  assert.equal(createAllowedHosts({ ALLOWED_HOSTS: '', HOST: 'box.lan' }).allows('box.lan:8080'), true);
});

test('a request target in absolute form has an authority of its own, with the user that it names', () => {
  assert.equal(authorityOfTarget('http://evil.test/v1'), 'evil.test');
  assert.equal(authorityOfTarget('HTTP://localhost@evil.test:80?x'), 'localhost@evil.test:80');
  for (const target of ['/v1', '//evil.test/v1', '*', '/http://evil.test']) {
    assert.equal(authorityOfTarget(target), null, target);
  }
});

const trusted = originsOf('https://Console.example.com:443,http://partner.test:81');
const post = (headers: Record<string, string>, method = 'POST') =>
  isForeign({ method, authority: 'localhost:8080', headers }, trusted);

test('an unsafe request is foreign when either its Origin or Sec-Fetch-Site says so', () => {
  for (const headers of [
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://localhost' },
    { origin: 'http://localhost:8080, http://evil.test' },
    { origin: 'file://' },
    { origin: '' },
    { origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'something-new' },
  ])
    assert.equal(post(headers), true, JSON.stringify(headers));
});

test('an unsafe request of our own page, of a trusted origin or of no browser is not foreign', () => {
  for (const headers of [
    {},
    { origin: 'http://localhost:8080' },
    { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://localhost:8080' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://console.example.com', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://partner.test:81', 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[])
    assert.equal(post(headers), false, JSON.stringify(headers));
});

test('a safe request is never foreign, the question for an unsafe one is', () => {
  const foreign = { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' };
  assert.equal(post(foreign, 'GET'), false);
  assert.equal(post(foreign, 'OPTIONS'), false);
  assert.equal(post({ ...foreign, 'access-control-request-method': 'PUT' }, 'OPTIONS'), true);
});
