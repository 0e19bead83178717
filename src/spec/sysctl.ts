/**
 * The names below /proc/sys that a sysctl key means: `net.ipv4.ip_forward` and `net/ipv4/ip_forward` are both
 * `['net', 'ipv4', 'ip_forward']`. The character that comes first is the separator, and the other one stands for it within a
 * name (sysctl.d(5)): `net/ipv4/conf/eth0.1/forwarding`, `net.ipv4.conf.eth0/1.forwarding`. undefined: there can be no such path.
 */
export function sysctlNames(key: string): readonly string[] | undefined {
  const dotted = key.includes('.') && (!key.includes('/') || key.indexOf('.') < key.indexOf('/'))
  const names = dotted ? key.split('.').map((name) => name.replaceAll('/', '.')) : key.split('/')
  for (const name of names) if (name === '' || name === '.' || name === '..' || name.includes('/')) return undefined
  return names
}
