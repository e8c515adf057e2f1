import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from '../../src/activities/external-api/public-address.ts';

test('addresses of the public internet are public', () => {
  for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'])
    assert.equal(isPublicAddress(address), true, address);
});

test('loopback, private, link-local, shared, reserved and wrapped addresses are not', () => {
  const refused = [
    ...[
      '127.0.0.1',
      '127.255.0.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
    ],
    ...['192.0.2.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', 'fec0::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:a00:1',
      '::127.0.0.1',
      '::a00:1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      '2001:0:a00:1::',
    ],
    ...['not an address', ''],
  ];
  for (const address of refused) assert.equal(isPublicAddress(address), false, address);
});
