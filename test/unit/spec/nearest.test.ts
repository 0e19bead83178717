import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nearest } from '../../../src/spec/nearest.ts'

const among = ['create', 'delete', 'kill', 'list', 'log', 'log-format', 'systemd-cgroup']

test('a word with one or two slips is recognised', () => {
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

test('an unrelated word has no suggestion', () => {
  for (const word of ['', 'x', 'ps', 'exec', 'nothing', 'restore']) assert.is(nearest(word, among), undefined, word)
  assert.is(nearest('list', []), undefined)
})

test.run()
