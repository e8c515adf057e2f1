import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';
import { AddressRuleError, matchesRule, parseAddressRules } from '../../src/network/address-rules.ts';

test('a list names networks, each with or without a port', () => {
  const rules = parseAddressRules(' 127.0.0.1/32:9099, 10.1.0.0/16,[fd00::]/8:443 ,192.0.2.7,');
  const cases: [string, number, boolean][] = [
    ['127.0.0.1', 9099, true],
    ['127.0.0.1', 9098, false],
    ['127.0.0.2', 9099, false],
    ['::ffff:127.0.0.1', 9099, true],
    ['10.1.255.255', 1, true],
    ['10.2.0.0', 1, false],
    ['fd12::1', 443, true],
    ['fd12::1', 80, false],
    ['192.0.2.7', 80, true],
    ['192.0.2.8', 80, false],
    ['not an address', 80, false],
  ];
  for (const [address, port, expected] of cases)
    assert.equal(matchesRule(rules, address, port), expected, `${address} ${port}`);
  assert.equal(matchesRule(parseAddressRules(''), '127.0.0.1', 80), false);
});

test('a list of another form is refused, with the part that is wrong', () => {
  for (const wrong of [
    'localhost',
    '10.1.0.0/33',
    '10.1/16',
    '300.1.1.1',
    'fd00::/8',
    '[fd00::]/129',
    '[fd00::/8]',
    '[10.0.0.1]',
    '[::ffff:10.0.0.1]',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:http',
    '10.0.0.0/8 10.1.0.0/16',
  ])
    assert.throws(() => parseAddressRules(`10.0.0.1,${wrong}`), AddressRuleError, wrong);
});

test('a wrong list stops the start by its name', () => {
  assert.throws(
    () => readConfig({ EXTERNAL_API_ALLOW: 'localhost:80', EXTERNAL_API_DENY: '10.0.0.0/99' }),
    /EXTERNAL_API_ALLOW: localhost:80 is not of the form[\s\S]*EXTERNAL_API_DENY: \/99 in 10\.0\.0\.0\/99/,
  );
});
