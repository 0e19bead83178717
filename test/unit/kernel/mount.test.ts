import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type MountOption, mountOption } from '../../../src/kernel/mount.ts'
import { mountOptions } from '../../../src/kernel/mount_options.ts'

/** The names of options in config.md of runtime-spec 1.3.0, by their required kind. */
const names: Record<MountOption['kind'], string> = {
  attr:
    'atime dev diratime exec noatime nodev nodiratime noexec norelatime nostrictatime nosuid nosymfollow relatime ro ' +
    'rw strictatime suid symfollow',
  recursive:
    'ratime rdev rdiratime rexec rnoatime rnodev rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ' +
    'rrelatime rro rrw rstrictatime rsuid rsymfollow',
  propagation: 'private shared slave unbindable rprivate rshared rslave runbindable',
  super: 'async dirsync lazytime mand nolazytime nomand sync',
  legacy: 'iversion noiversion loud silent',
  bind: 'bind rbind',
  idmap: 'idmap ridmap',
  symlink: 'copy-symlink dest-nofollow src-nofollow',
  copyup: 'tmpcopyup',
  remount: 'remount',
  none: 'defaults',
}

for (const [kind, options] of Object.entries(names)) {
  test(`${kind} options`, () => {
    for (const name of options.split(' ')) assert.is(mountOption(name)?.kind, kind, name)
  })
}

test('the list of options is complete and has no others', () => {
  assert.equal(
    [...mountOptions],
    Object.values(names)
      .flatMap((words) => words.split(' '))
      .sort(),
  )
})

test('an unknown option is data for the file system', () => {
  const data = [
    'size=64m',
    'mode=755',
    'acl',
    'noacl',
    '',
    'r',
    'rr',
    'RO',
    'rbind ',
    'rsync',
    'rrro',
    'nodevs',
    'uid=0',
  ]
  for (const name of data) assert.is(mountOption(name), undefined, name)
})

test('each option undoes its opposite', () => {
  const pairs = 'ro rw,nosuid suid,nodev dev,noexec exec,nodiratime diratime,nosymfollow symfollow,noatime atime'
  for (const pair of pairs.split(',')) {
    const [on = '', off = ''] = pair.split(' ')
    assert.is(fold([on, off]), 0, pair)
    assert.ok(fold([off, on]) !== 0, pair)
    assert.is(fold([`r${on}`, `r${off}`]), 0, pair)
    assert.is(fold([`r${off}`, `r${on}`]), fold([on]), pair)
  }
})

test('of the access time modes the last one counts', () => {
  assert.is(fold(['noatime', 'strictatime']), 0x20)
  assert.is(fold(['strictatime', 'noatime']), 0x10)
  assert.is(fold(['noatime', 'relatime']), 0)
  assert.is(fold(['noatime', 'nostrictatime', 'norelatime']), 0x10)
  assert.is(fold(['nodiratime', 'relatime']), 0x80)
})

test('only ro and rw also apply to the superblock', () => {
  assert.equal(mountOption('ro'), { kind: 'attr', set: 1, clr: 0, flag: 'ro' })
  assert.equal(mountOption('rro'), { kind: 'recursive', set: 1, clr: 0 })
  assert.equal(mountOption('rshared'), { kind: 'propagation', flags: 1 << 20, recursive: true })
  assert.equal(mountOption('unbindable'), { kind: 'propagation', flags: 1 << 17, recursive: false })
})

function fold(options: string[]): number {
  let attr = 0
  for (const name of options) {
    const option = mountOption(name)
    if (option?.kind === 'attr' || option?.kind === 'recursive') attr = (attr & ~option.clr) | option.set
  }
  return attr
}

test.run()
