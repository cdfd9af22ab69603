import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, isWithin } from './addresses.ts';

describe('isPublicAddress', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:0808:0808::1',
  ])('lets %s pass', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::']],
    [
      'private networks',
      ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1', 'fec0::1'],
    ],
    ['link-local, where clouds have their services', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0']],
    ['shared by a carrier', ['100.64.0.1', '100.127.255.255']],
    ['multicast and broadcast', ['224.0.0.1', '239.1.1.1', '255.255.255.255', 'ff02::1']],
    [
      'reserved and for documents',
      [
        '192.0.2.1',
        '198.51.100.1',
        '203.0.113.1',
        '198.18.0.1',
        '240.0.0.1',
        '192.0.0.1',
        '2001:db8::1',
        '100::1',
        '192.88.99.1',
      ],
    ],
    [
      'IPv4 inside IPv6',
      [
        '::ffff:127.0.0.1',
        '::ffff:10.0.0.1',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '64:ff9b::169.254.169.254',
        '2002:7f00:1::1',
        '2002:a00:1::1',
        '64:ff9b:1::1',
      ],
    ],
    ['tunnels', ['2001::1']],
    ['no addresses', ['', 'localhost', '8.8.8.8.8', '127.0.0.1/8']],
  ])('refuses %s', (_what, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

describe('isWithin', () => {
  it('compares addresses of one family, however they are written', () => {
    expect(isWithin('10.1.2.3', ['192.168.0.0/16', '10.0.0.0/8'])).toBe(true);
    expect(isWithin('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
    expect(isWithin('11.1.2.3', ['10.0.0.0/8', '::/0'])).toBe(false);
    expect(isWithin('fd00::1', ['fd00::/8'])).toBe(true);
    expect(isWithin('localhost', ['0.0.0.0/0'])).toBe(false);
  });
});
