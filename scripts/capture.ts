import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Hooks } from '../src/spec/hooks.ts'
import type { Spec } from '../src/spec/spec.ts'

// capture.ts NAME ARGUMENT…: writes bundles/NAME/config.json from the config that an engine passes to its runtime; the arguments are those of the
// runtime. Only values of the engine's machine are replaced; the README.md of each bundle lists them.

const [name = '', ...args] = process.argv.slice(2)
const from = args[args.indexOf('--bundle') + 1] ?? ''
const id = args.at(-1) ?? ''
const to = new URL(`../bundles/${name}/`, import.meta.url)

/** By this hook docker calls itself to find the network namespace. Then it puts one end of a veth into it. */
const veth = `pid=$(sed 's/.*"pid": *\\([0-9]*\\).*/\\1/'); ip link add ocits-docker type veth peer name eth0 netns $pid; ip link set ocits-docker up; nsenter --net=/proc/$pid/ns/net ip address add 172.17.0.2/16 dev eth0; nsenter --net=/proc/$pid/ns/net ip link set eth0 up`
const hooks: Hooks = {
  prestart: [{ path: '/bin/sh', args: ['sh', '-ec', veth], env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] }],
}

/** The container's id, and its first twelve letters, which docker and podman use as the host name. */
const named = (text: string) => (id === name ? text : text.replaceAll(id, name).replaceAll(id.slice(0, 12), name))

/** The bundle contains the files that the engine binds into the container. setup.sh makes the folders. */
function source(path: string): string {
  const file = basename(path)
  if (!statSync(path).isFile()) return file
  // podman gives every container a name such as `festive_ptolemy`, and writes it to the hosts file.
  const text = readFileSync(path, 'utf8').replace(/ [a-z]+_[a-z]+$/m, ' made_up')
  writeFileSync(new URL(file, to), named(text))
  return file
}

function replaced(spec: Spec): Spec {
  const { mounts = [], linux = {}, annotations } = spec
  const namespaces = linux.namespaces?.map((one) =>
    one.path === undefined ? one : { ...one, path: '/run/netns/ocits-podman' },
  )
  const created = 'io.kubernetes.cri-o.Created'
  return {
    ...spec,
    root: { ...spec.root, path: `../../build/bundles/${name}/rootfs` },
    mounts: mounts.map((mount) => (mount.type === 'bind' ? { ...mount, source: source(mount.source ?? '') } : mount)),
    linux: { ...linux, ...(namespaces && { namespaces }) },
    ...(annotations?.[created] && { annotations: { ...annotations, [created]: '2026-01-01T00:00:00.000000000Z' } }),
    ...(spec.hooks && { hooks }),
  }
}

/** JSON on one line if it fits; lists of words fill their lines. */
function print(value: unknown, indent = '', before = 0): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}  `
  const list = Array.isArray(value)
  const items = list
    ? value.map((item) => print(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${print(item, inner, key.length + 4)}`)
  const line = list ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`
  if (!line.includes('\n') && indent.length + before + line.length < 118) return line
  const words = list && value.every((item) => typeof item !== 'object')
  const lines = words ? filled(items, 118 - inner.length) : items
  return `${list ? '[' : '{'}\n${lines.map((text) => inner + text).join(',\n')}\n${indent}${list ? ']' : '}'}`
}

function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length + 2 < width) lines[lines.length - 1] = `${last}, ${word}`
    else lines.push(word)
  }
  return lines
}

const config: Spec = JSON.parse(readFileSync(`${from}/config.json`, 'utf8'))
writeFileSync(new URL('config.json', to), `${print(JSON.parse(named(JSON.stringify(replaced(config)))))}\n`)
