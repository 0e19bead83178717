import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ipBytes, ipOf, ipText, isIn, type Subnet, subnetOf } from '../../../src/kernel/ip.ts'

test('addresses are read as by inet_pton(3), and printed in the form of RFC 5952', () => {
  const all: Readonly<Record<string, string>> = {
    '10.0.0.1': '10.0.0.1',
    '255.255.255.255': '255.255.255.255',
    '::': '::',
    '::1': '::1',
    '1::': '1::',
    'fd00:0:0:1::2': 'fd00:0:0:1::2',
    'FD00:0:0:0:1:0:0:2': 'fd00::1:0:0:2',
    '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0',
    '::ffff:10.0.0.1': '::ffff:a00:1',
    'fe80::1:2': 'fe80::1:2',
  }
  for (const [text, printed] of Object.entries(all)) assert.is(ipText(ipBytes(text) ?? []), printed, text)
})

test('other texts are no addresses', () => {
  const none = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.',
    '+1.2.3.4',
    '1.2.3.4 ',
    ':',
    ':::',
    '1:2',
  ]
  const more = [
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '::1.2.3',
    '1.2.3.4::',
    'fe80::1%lo',
  ]
  for (const text of [...none, ...more]) assert.is(ipBytes(text), undefined, text)
  for (const text of ['10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '::1/129', '10.0.0.1/-1', '10.0.0.1/1a', '/8'])
    assert.is(subnetOf(text), undefined, text)
})

test('an address is in a network if the bits of the prefix are equal', () => {
  const is = (address: string, net: string) => isIn(ipOf(address) as Subnet, subnetOf(net) as Subnet)
  assert.ok(is('10.0.0.1', '10.0.0.2/24') && is('10.0.3.1', '10.0.2.2/23') && is('1.2.3.4', '0.0.0.0/0'))
  assert.ok(is('fd00::1', 'fd00::2/64') && is('fe80::1', 'fe80::/10') && is('febf::', 'fe80::/10'))
  assert.not(is('10.0.1.1', '10.0.0.2/24') || is('10.0.4.1', '10.0.2.2/23') || is('10.0.0.3', '10.0.0.2/32'))
  assert.not(is('fd00:0:0:1::1', 'fd00::2/64') || is('fec0::', 'fe80::/10') || is('::1', '0.0.0.0/0'))
})

test.run()
