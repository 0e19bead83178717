import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest } from '../../../src/spec/nearest.ts'

const among = ['create', 'delete', 'kill', 'list', 'log', 'log-format', 'systemd-cgroup']

test('a word that is a slip or two away is meant', () => {
  const meant = {
    craete: 'create', // two changed places
    creat: 'create',
    creeate: 'create',
    delet: 'delete',
    kil: 'kill',
    klil: 'kill',
    lst: 'list',
    'systemd-group': 'systemd-cgroup',
    logformat: 'log-format',
    list: 'list',
  }
  for (const [word, one] of Object.entries(meant)) assert.is(nearest(word, among), one, word)
})

test('a word that is none of them has no other name', () => {
  for (const word of ['', 'x', 'ps', 'exec', 'nothing', 'restore']) assert.is(nearest(word, among), undefined, word)
  assert.is(nearest('list', []), undefined)
})

test.run()
