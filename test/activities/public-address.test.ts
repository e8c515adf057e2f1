import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from '../../src/activities/external-api/public-address.ts';

function check(addresses: string, expected: boolean) {
  for (const address of addresses.split(' ')) assert.equal(isPublicAddress(address), expected, address);
}

test('addresses of the public internet are public', () => {
  check('8.8.8.8 93.184.216.34 2606:4700::1111 ::ffff:8.8.8.8', true);
});

test('loopback, private, link-local and shared addresses are not', () => {
  check('127.0.0.1 127.255.0.9 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1', false);
  check(':: ::1 fe80::1 fc00::1 fd12::1 fec0::1', false);
});

test('reserved and multicast addresses are not', () => {
  check('192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 ff02::1 2001:db8::1', false);
});

test('an IPv4 address inside an IPv6 one gets past in no form', () => {
  check(
    '::ffff:127.0.0.1 ::ffff:a00:1 ::127.0.0.1 ::a00:1 64:ff9b::a00:1 2002:a00:1:: 2001:0:a00:1::',
    false,
  );
});

test('a text that is not an address is not public', () => {
  check('localhost 127.1 999.1.1.1', false);
});

test('IPv6 outside the network that is given to the internet is not public, and neither is the host service of Azure', () => {
  check('100::1 4000::1 5f00::1 64:ff9b::808:808 e000::1', false);
  check('168.63.129.16 ::ffff:168.63.129.16', false);
  check('168.63.129.17', true);
});
