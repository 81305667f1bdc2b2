import { expect, test } from 'vitest';
import { createRemoteAddress } from './remote-address.ts';

const remoteAddress = createRemoteAddress(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

test.each([
  ['nobody is believed but a trusted proxy', '203.0.113.1', '1.1.1.1', '203.0.113.1'],
  ['a trusted proxy is believed', '10.1.2.3', '203.0.113.1', '203.0.113.1'],
  [
    'the first address from the right that is no proxy counts',
    '10.1.2.3',
    '6.6.6.6, 203.0.113.1, 10.9.9.9',
    '203.0.113.1',
  ],
  ['what is no address ends the reading', '10.1.2.3', '203.0.113.1, unknown', '10.1.2.3'],
  ['a list of proxies alone gives the last of them', '10.1.2.3', '10.4.4.4', '10.4.4.4'],
  ['IPv4 in IPv6 is the same address', '::ffff:10.1.2.3', '203.0.113.1', '203.0.113.1'],
  ['IPv6 networks count', 'fd00::1', '2001:db8::5', '2001:db8::5'],
  ['no header, no change', '10.1.2.3', undefined, '10.1.2.3'],
])('%s', (_name, peer, forwardedFor, expected) => {
  expect(remoteAddress(peer, forwardedFor)).toBe(expected);
});

test('without trusted proxies the header is never read', () => {
  expect(createRemoteAddress([])('10.1.2.3', '1.1.1.1')).toBe('10.1.2.3');
});
