/**
 * The known attacks, the tests that show that each of them fails, and mutations of the project that must make these tests fail. `npm run
 * test:attack -- --mutations` applies one after the other to a copy. A unit test checks that all quoted tests and source lines exist.
 */
export type Proof = {
  /** The path below test/: `live/leaks`. */
  readonly file: string
  /** A part of the test's name, as in the file. */
  readonly words: string
}

/** The language decides on the folder: native/ or src/. */
export type Language = 'C' | 'TypeScript'

/**
 * Replacements of texts, each of which occurs exactly once in the sources. `red`: the test that must fail then, if it is not the first
 * proof.
 */
export type Mutation = {
  readonly edits: readonly (readonly [language: Language, old: string, by: string])[]
  readonly red?: Proof
}

export type Row = {
  readonly attack: string
  readonly proofs: readonly Proof[]
  readonly mutations: readonly Mutation[]
}

const proof = (file: string, words: string): Proof => ({ file, words })
const edit = (language: Language, old: string, by: string, red?: Proof): Mutation => ({
  edits: [[language, old, by]],
  ...(red === undefined ? {} : { red }),
})
/** A bundle with the expected output of its program. */
const bundle = (name: string): Proof => proof('live/bundles', `ocits: ${name}`)

const replacing = proof('attack/exec', 'the terminal of an exec is a real one or none')
const entering = proof('attack/exec', 'root of a user namespace cannot inspect an exec process')
const looking = proof(
  'attack/exec',
  'a process with the same rights finds no folder of the host in an exec process, whatever the caller has open',
)
const subCgroup = proof('attack/exec', 'a cgroup of an exec is below that of the container')
const typing = proof('attack/exec', 'an exec process cannot type into the terminal of the caller')
const grouping = proof('attack/exec', 'an exec process does not get the groups of the caller')
const execFlags = proof('live/exec', 'exec: flags, and the values of the config without them')
const created = proof('live/leaks', 'a created init has nothing of the host, and hides its own data')
const dev = proof('live/hostile-dev', 'of the image may be a link to any target')

export const rows: Readonly<Record<string, Row>> = {
  '1': {
    attack: 'the image of the init is written to by who keeps it open (CVE-2019-5736)',
    proofs: [
      proof('attack/out', 'a process that keeps a descriptor of the init cannot write to it after the init has ended'),
      proof('live/leaks', 'the file of the running program does not belong to ocits'),
    ],
    mutations: [edit('C', 'F_SEAL_GROW | F_SEAL_WRITE)', 'F_SEAL_GROW)')],
  },
  '2': {
    attack: 'an init that enters is traced, or its descriptors are taken (CVE-2016-9962)',
    proofs: [
      proof('attack/out', 'a process with the same rights cannot inspect a waiting init'),
      proof('attack/out', 'root of a user namespace cannot inspect an init that joins it'),
      entering,
      looking,
      created,
    ],
    mutations: [
      edit('C', 'prctl(PR_SET_DUMPABLE, 0) < 0', 'prctl(PR_GET_DUMPABLE) < 0'),
      edit(
        'C',
        'if (a->types != 0 && setns(pidfd,',
        'if (open("/", O_PATH) >= 0 && a->types != 0 && setns(pidfd,',
        looking,
      ),
    ],
  },
  '3': {
    attack: 'a descriptor of the host is the working directory, or leads to the program (CVE-2024-21626)',
    proofs: [
      created,
      proof('live/leaks', 'no descriptor of the host can be the working directory'),
      proof('live/leaks', 'no program is found through a descriptor of the host'),
      looking,
      proof('attack/exec', 'no descriptor of the host can be the working directory or the program of an exec'),
    ],
    mutations: [
      edit('C', 'return SYS(SYS_close_range, total, ~0U, 0);', 'return 0;', looking),
      {
        edits: [
          ['C', 'return SYS(SYS_close_range, total, ~0U, 0);', 'return 0;'],
          [
            'C',
            'c->listener = last;\n\tc->common.sock = -1;\n\treturn SYS(SYS_close_range, last + 1, ~0U, 0);',
            'c->listener = last;\n\tc->common.sock = -1;\n\treturn 0;',
          ],
        ],
      },
    ],
  },
  '4': {
    attack: 'the image says what is at /proc and /sys (CVE-2019-16884, CVE-2019-19921)',
    proofs: [
      proof('live/hostile-mounts', 'does not go over /proc through a link'),
      proof('live/hostile-mounts', 'that is a symlink is refused'),
      proof('live/hostile-mounts', 'does not get into /proc'),
    ],
    mutations: [
      edit('C', 'if (proc <= 0 || (proc == 2', 'if (proc <= 2 || (proc == 2'),
      edit(
        'C',
        'no_symlinks ? open_no_symlinks(c, path, make) : open_in_root(c, path, make);',
        'open_in_root(c, path, make);',
        proof('live/hostile-mounts', 'that is a symlink is refused'),
      ),
    ],
  },
  '5': {
    attack: 'a folder turns into a link between the look and the use (CVE-2021-30465)',
    proofs: [
      proof('attack/race', 'that is a mount point'),
      proof('live/race', 'a folder that turns into a link and back'),
    ],
    mutations: [
      edit(
        'C',
        'return make_or_tell(c, path, make, true, resolve(c, path, 0));',
        `int fd = resolve(c, path, RESOLVE_NO_SYMLINKS_);

	if (fd >= 0 && path[1] != 0) {
		struct timespec pause = { 0, 200000 };

		close(fd);
		nanosleep(&pause, NULL);
		fd = (int)SYS(SYS_openat, c->root_fd, path + 1, O_PATH | O_CLOEXEC);
	} else if (fd < 0) {
		fd = resolve(c, path, 0);
	}
	return make_or_tell(c, path, make, true, fd);`,
      ),
    ],
  },
  '6': {
    attack: 'folders and files are made through a link (CVE-2024-45310)',
    proofs: [
      proof('live/hostile-mounts', 'mounts below a link to'),
      proof('attack/race', 'on the way to the working directory'),
      proof('attack/links', 'of the image may be any link'),
    ],
    mutations: [
      edit(
        'C',
        "if (target[0] == '/')\n\t\twalk_up(w, 1);",
        `if (target[0] == '/') {
		int top = open("/", O_PATH | O_CLOEXEC);

		walk_up(w, 1);
		dup3(top, w->stack[0], O_CLOEXEC);
		close(top);
	}`,
      ),
    ],
  },
  '7': {
    attack: 'devices and links of /dev are made where the image says (CVE-2026-41579, CVE-2026-47766)',
    proofs: [dev, proof('live/hostile-dev', 'a volume that a link of the image moves over /dev')],
    mutations: [
      edit(
        'C',
        'return err < 0 ? err : open_in_root(c, folder, MAKE_DIR);',
        'return err < 0 ? err : (int)SYS(SYS_openat, c->root_fd, folder + 1, O_PATH | O_CLOEXEC);',
      ),
      edit(
        'TypeScript',
        'return Math.max(here, place)',
        'return last.size - 1',
        proof('live/hostile-dev', 'a volume that a link of the image moves over /dev'),
      ),
    ],
  },
  '8': {
    attack: "the container's /dev/null is believed (CVE-2025-31133)",
    proofs: [proof('live/hostile-dev', 'masks work, or nothing runs')],
    mutations: [
      {
        edits: [
          [
            'C',
            'int fd = slot_fd(c, slot);\n\tstruct stat st;',
            'int fd = SYS(SYS_open_tree, c->root_fd, "dev/null", OPEN_TREE_CLONE_ | OPEN_TREE_CLOEXEC_);\n\tstruct stat st;\n\n\t(void)slot;',
          ],
          ['C', 'if (!S_ISCHR(st.st_mode) || st.st_rdev != DEV_NULL)\n\t\treturn -ENODEV;', ''],
        ],
      },
    ],
  },
  '9': {
    attack: 'a terminal is opened by its name in /dev/pts, where the image has a link (CVE-2025-52565)',
    proofs: [
      proof('live/terminal', 'no terminal is made if /dev/pts of the image is'),
      proof('live/terminal', 'a volume in place of /dev/pts is no devpts'),
      proof('live/terminal', 'and nothing is bound there'),
      replacing,
    ],
    mutations: [
      {
        edits: [
          ['C', 'if (fs.f_type != DEVPTS_MAGIC)\n\t\treturn -ENODEV;', ''],
          ['C', ' && st.st_rdev == makedev(5, 2) && st.st_ino == PTMX_INODE', ''],
        ],
      },
      {
        edits: [
          ['C', 'if (fs.f_type != DEVPTS_MAGIC)\n\t\treturn -ENODEV;', ''],
          [
            'C',
            'return S_ISCHR(st.st_mode) && st.st_rdev == makedev(5, 2) && st.st_ino == PTMX_INODE ?',
            'return true ?',
          ],
        ],
        red: replacing,
      },
      edit(
        'C',
        'target = open_last(c, "/dev/console", MAKE_FILE), tree = -1;',
        'target = open_in_root(c, "/dev/console", MAKE_FILE), tree = -1;',
        proof('live/terminal', 'and nothing is bound there'),
      ),
    ],
  },
  '10': {
    attack: "the runtime's own writes meet another procfs (CVE-2025-52881)",
    proofs: [
      proof('live/strace', 'an init names nothing of the host, and nothing of the image twice'),
      proof('live/leaks', 'a sysctl is written to the real /proc, or nothing runs'),
    ],
    mutations: [
      edit(
        'C',
        'c->proc_fd = private_procfs();',
        'close((int)SYS(SYS_openat, -100, "/proc/self/attr/exec", 0));\n\tc->proc_fd = private_procfs();',
      ),
    ],
  },
  '11': {
    attack: 'a masked or read-only path is missed',
    proofs: [bundle('masks'), proof('attack/race', 'on the way to masks and read-only paths')],
    mutations: [
      edit('C', 'return S_ISDIR(st.st_mode) ? mask_folder(', 'return S_ISDIR(st.st_mode) ? 0 : 0 ? mask_folder('),
    ],
  },
  '12': {
    attack: 'without pivot_root the old root is reached by chroot',
    proofs: [
      proof('attack/out', 'a process that leaves the root by chroot is still in the root, with and without pivot_root'),
    ],
    mutations: [edit('C', 'err = move_over_root(c);', 'err = c == NULL ? move_over_root(c) : 0;')],
  },
  '13': {
    attack: 'mounts leak to the host',
    proofs: [
      proof('live/hostile-mounts', 'only the mount points of the image change'),
      proof('live/propagation', 'propagation of the host’s mounts'),
    ],
    mutations: [
      edit(
        'C',
        'return mount(NULL, "/", NULL, a->flags, NULL) < 0 ? -errno : 0;',
        'return a->flags == 0 ? -EINVAL : 0;',
      ),
    ],
  },
  '14': {
    attack: 'a cgroup mount can be written to though it is to be read-only (CVE-2023-25809)',
    proofs: [bundle('cgroup')],
    mutations: [
      edit(
        'TypeScript',
        'const attrs = options.set | options.setBelow',
        'const attrs = (options.set | options.setBelow) & ~mountAttr.rdonly',
      ),
    ],
  },
  '15': {
    attack: 'a path of a cgroup goes up',
    proofs: [proof('live/errors', 'a cgroup above'), proof('unit/spec/rules', 'a cgroup above')],
    mutations: [
      edit(
        'TypeScript',
        "if (names.includes('..'))",
        "if (names.includes('...'))",
        proof('unit/spec/rules', 'a cgroup above'),
      ),
    ],
  },
  '15b': {
    attack: 'a cgroup of exec is compared as text (runc 5351)',
    proofs: [subCgroup],
    mutations: [
      edit('TypeScript', '/`) ? init : own', '`) ? init : own'),
      edit('TypeScript', "if (path.split('/').includes('..'))", "if (path === '..')"),
    ],
  },
  '16': {
    attack: 'a sysctl is one of the host, or holds another one',
    proofs: [proof('unit/spec/rules', 'kernel.core_pattern'), proof('live/errors', 'core_pattern')],
    // This is only in the unit test, because without this rule a container would set the core pattern of the machine.
    mutations: [
      edit(
        'TypeScript',
        "name === '..' || name.includes('/')",
        "name.includes('/')",
        proof('unit/spec/rules', 'net/../kernel/x'),
      ),
    ],
  },
  '17': {
    attack: 'capabilities are inheritable (CVE-2022-29162)',
    proofs: [bundle('capabilities'), execFlags],
    mutations: [
      edit('C', 'a->permitted & have, a->inheritable & have)', 'a->permitted & have, a->permitted & have)'),
      edit('TypeScript', 'effective: more(sets.effective),', 'effective: more(), inheritable: more(),', execFlags),
    ],
  },
  '18': {
    attack: 'a user of exec is misread, as root (CVE-2026-30892)',
    proofs: [proof('attack/exec', 'exec sets the user exactly, or fails'), proof('unit/spec/rules', 'uid')],
    mutations: [
      edit('TypeScript', 'let isNumber = text.length > 0 &&', 'let isNumber = text.length >= 0 &&'),
      edit('TypeScript', 'if (isNumber && Number(text) <= maxId)', 'if (isNumber)'),
    ],
  },
  '19': {
    attack: 'a length overflows on the way to the init',
    proofs: [
      proof('attack/out', 'texts longer than a 16-bit length arrive unchanged'),
      proof('wire/decoder', 'every proper prefix is refused'),
    ],
    mutations: [edit('C', 'put_u32(p, (uint32_t)text.size);', 'put_u32(p, (uint16_t)text.size);')],
  },
  '20': {
    attack: "something is typed into the caller's terminal (CVE-2017-5226)",
    proofs: [proof('attack/out', 'a container cannot type into the terminal of the caller'), typing],
    mutations: [
      edit('C', 'return setsid() < 0 ? -errno : 0;', 'return getsid(0) < 0 ? -errno : 0;'),
      edit('C', 'return setsid() < 0 ? -errno : 0;', 'return getsid(0) < 0 ? -errno : 0;', typing),
    ],
  },
  '21': {
    attack: 'the runtime is set-user-ID',
    proofs: [proof('attack/out', 'with the set-user-ID bit ocits ends before it reads anything')],
    mutations: [edit('C', 'if (getauxval(AT_SECURE)) {', 'if (getauxval(AT_SECURE) > 1) {')],
  },
  '22': {
    attack: 'state, logs and pid files in folders of others, and links in their place',
    proofs: [
      proof('live/misuse', 'a state root that others may replace'),
      proof('live/state', 'links of others in the state root are not followed'),
      proof('live/state', 'a pid file is never written through a link'),
    ],
    mutations: [
      {
        edits: [
          ['C', ' && !is_exposed(c->common.root)', ''],
          ['TypeScript', ' && native.exposed(root) === 0', ''],
        ],
      },
    ],
  },
  '23': {
    attack: 'an id becomes a path',
    proofs: [proof('live/misuse', 'an id that is')],
    mutations: [edit('TypeScript', "id === '.' || id === '..' || ", "id === '.' || ")],
  },
  '24': {
    attack: 'something of the image is loaded, or changed beyond the mount points',
    proofs: [
      proof('live/hostile-mounts', 'only the mount points of the image change'),
      proof('live/leaks', 'neither executable asks for a library'),
    ],
    mutations: [
      edit(
        'C',
        'return mkdirat(dir, name, 0755) < 0 && errno != EEXIST',
        'return mkdirat(dir, "beside", 0755), mkdirat(dir, name, 0755) < 0 && errno != EEXIST',
      ),
    ],
  },
  '25': {
    attack: 'an abstract socket is met in a network namespace that is shared (CVE-2020-15257)',
    proofs: [created],
    mutations: [
      edit(
        'C',
        'int err = settle(c);',
        'int err = settle(c), abstract = socket(AF_UNIX, SOCK_STREAM, 0);\n\tstruct sockaddr name = { .sa_family = AF_UNIX, .sa_data = "\\0ocits" };\n\n\tbind(abstract, &name, sizeof(name));',
      ),
    ],
  },
  '26': {
    attack: "a device of the host's is given away",
    proofs: [proof('live/hostile-dev', 'a /dev/null on stdin keeps the host’s owner, whoever runs')],
    mutations: [edit('C', ' || (S_ISCHR(st.st_mode) && st.st_rdev == DEV_NULL))', ')')],
  },
  '27': {
    attack: 'groups of the caller stay (CVE-2022-36109)',
    proofs: [
      proof('live/leaks', 'groups of the caller are not passed on'),
      proof('live/groups', 'are dropped'),
      grouping,
    ],
    mutations: [
      edit('C', 'if (a->setgroups && SYS(', 'if (a->setgroups && a->groups.count != 0 && SYS('),
      edit('C', 'if (a->setgroups && SYS(', 'if (a->setgroups && a->groups.count != 0 && SYS(', grouping),
    ],
  },
  '28': {
    attack: 'the filter is not loaded',
    proofs: [bundle('seccomp'), bundle('no-new-privileges')],
    mutations: [
      edit(
        'C',
        'err = SYS(SYS_seccomp, SET_MODE_FILTER,',
        'err = program.count != 0 && !a->notify ? 0 : SYS(SYS_seccomp, SET_MODE_FILTER,',
      ),
      edit(
        'C',
        'prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0',
        'prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0',
        bundle('no-new-privileges'),
      ),
    ],
  },
  '29': {
    attack: 'a path of a namespace is none, or one of another type',
    proofs: [
      proof('attack/out', 'a namespace of another type is not joined'),
      proof('live/errors', 'a namespace path that is a device'),
    ],
    mutations: [
      {
        edits: [
          ['C', 'if (type < 0 || (uint32_t)type != a->type) {', 'if (type < 0) {'],
          ['C', 'return setns(fd, (int)a->type) < 0', 'return setns(fd, 0) < 0'],
        ],
      },
    ],
  },
  '30': {
    attack: 'a checkpoint carries mounts and links, and they come to the host',
    proofs: [proof('live/checkpoint', 'a restore that fails leaves nothing behind')],
    mutations: [edit('C', 'b->root < 0 ? 0 : CLONE_NEWNS', '0 * (uint64_t)b->root')],
  },
  '31': {
    attack: "a namespace that is joined is the runtime's own",
    proofs: [proof('live/own-namespaces', "is the host's")],
    mutations: [
      edit('TypeScript', 'native.same(path, ofChildren(type)) === 1', 'native.same(path, ofChildren(type)) === 2'),
    ],
  },
  '32': {
    attack: 'what this container did not make is killed, emptied or removed by its name',
    proofs: [
      proof('live/ownership', 'a cgroup whose child contains a foreign process is refused, and nobody is killed'),
      proof('live/net-devices', 'another device that now has its name in a joined namespace stays there'),
      proof('live/net-devices', 'a device that the container has made in its place stays there'),
      proof('live/net-devices', 'another network at the path that was joined keeps its devices'),
      proof('live/rdt', 'name is refused, and stays'),
    ],
    mutations: [
      edit('C', 'if (populated) {', 'if (populated > 1) {'),
      edit(
        'C',
        'if (m->kept.inside == 0 && link_find(',
        'if (m->name == NULL && link_find(',
        proof('live/net-devices', 'another device that now has its name in a joined namespace stays there'),
      ),
      edit(
        'C',
        'found->on == was->on && found->on_network == host ? 1 : -ESTALE',
        'found->on == was->on || host != found->on_network ? 1 : -ESTALE',
        proof('live/net-devices', 'a device that the container has made in its place stays there'),
      ),
      edit(
        'C',
        'network_id(m.inside, m.ns) != m.kept.network',
        'network_id(m.inside, m.ns) == 0',
        proof('live/net-devices', 'another network at the path that was joined keeps its devices'),
      ),
      edit('C', 'err == -EEXIST && a->stays', 'err == -EEXIST', proof('live/rdt', 'name is refused, and stays')),
    ],
  },
  '33': {
    attack: 'a tree that holds a pinned mount namespace is cloned too early',
    proofs: [proof('live/pinned', 'is bound in')],
    mutations: [edit('TypeScript', 'early.some(isTree) && host.pinned', 'early.some(isTree) && host.rootless')],
  },
  copies: {
    attack: 'tmpcopyup makes more of an image than it is',
    proofs: [
      proof(
        'attack/copy',
        'devices and set-user-ID programs of a nodev, nosuid mount have no effect in a copy, either',
      ),
      proof('attack/copy', 'a file that becomes a device or a fifo during the copy is not read'),
    ],
    mutations: [
      edit('C', 'mount_has(device, ST_NODEV)', 'mount_has(device, 0)'),
      edit('C', 'mount_has(in, ST_NOSUID)', 'mount_has(in, 0)'),
      edit(
        'C',
        'if (!S_ISREG(st.st_mode))\n\t\treturn -ESTALE;',
        'if (0)\n\t\treturn -ESTALE;',
        proof('attack/copy', 'a file that becomes a device or a fifo during the copy is not read'),
      ),
    ],
  },
  mounts: {
    attack: 'a link leads `mounts remove` to what hides a part of the container',
    proofs: [
      proof('live/mounts', 'what hides a part of the container stays'),
      proof('live/mounts', 'a link of the image leads nowhere but into the root'),
    ],
    mutations: [
      edit(
        'C',
        'fd = open_no_symlinks(c, a->target, MAKE_NOTHING);\n\tint err',
        'fd = open_in_root(c, a->target, MAKE_NOTHING);\n\tint err',
      ),
    ],
  },
  adding: {
    attack: 'a container looks into who adds mounts to it, or says of which disk they are',
    proofs: [
      proof('attack/mounts', 'finds nothing of the host in who adds mounts'),
      proof('live/mounts', 'what cannot be asked for is refused'),
    ],
    mutations: [
      edit('TypeScript', "if (!asUser) yield { op: 'undumpable'", "if (asUser) yield { op: 'undumpable'"),
      edit(
        'TypeScript',
        '!isBind && !pathless.includes(type)',
        '!isBind && fromCreate.includes(type)',
        proof('live/mounts', 'what cannot be asked for is refused'),
      ),
    ],
  },
  fights: {
    attack: 'a container fights its own end',
    proofs: [
      proof('attack/fights', ': the container ends'),
      proof(
        'live/ownership',
        'cgroups that the container made below its own, many levels deep and with long names, are removed with it',
      ),
    ],
    mutations: [
      edit(
        'TypeScript',
        'const every = all || signal === SIGKILL',
        'const every = all',
        proof('attack/fights', ': the container ends'),
      ),
    ],
  },
}
