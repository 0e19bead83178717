/** The stages of a plan, in the order in which they begin, each with what it is and the kernel's reason for its place. */
export const stages = {
  state: {
    title: 'The state',
    why: 'The state folder and its lock come first: whatever is made after them can be found and taken back, even if this command is killed.',
  },
  birth: {
    title: 'Birth',
    why: 'The init is a child from the start, as a process cannot enter a new pid namespace itself: only what it forks is born in it (pid_namespaces(7)).',
  },
  user: {
    title: 'The user namespace',
    why: 'It comes before the others, as it owns every namespace that is made after it, and its maker has all capabilities over those (user_namespaces(7)).',
  },
  namespaces: {
    title: 'The other namespaces',
    why: 'They are made or joined before anything in them is changed: so the names, mounts and devices that follow are those of the container, and the host keeps its own (namespaces(7)).',
  },
  cgroup: {
    title: 'The cgroup',
    why: 'Its limits hold before the init is in it, and the init is in it before a cgroup namespace is made, whose root is the cgroup of its maker at that moment (cgroup_namespaces(7)).',
  },
  mounts: {
    title: 'Mounts',
    why: 'Paths of the host are opened while they can be reached, and nothing is mounted until mounts do not propagate to the host any more (mount_namespaces(7)); a later mount hides what lies below it, so the order is that of the config.',
  },
  pivot: {
    title: 'The new root',
    why: 'The old root goes only when all that came from it is mounted: pivot_root(2) wants a mount in a mount namespace of its own, and after it no path leads to the host. What is read-only or masked becomes so now, when everything in it is made.',
  },
  identity: {
    title: 'Identity',
    why: 'All steps before needed the rights of root, and these take them away: the bounding set is lowered while there is CAP_SETPCAP, groups change while there is CAP_SETGID, and the user comes last (credentials(7)).',
  },
  rights: {
    title: 'Rights',
    why: 'Capabilities and the seccomp filter come after every step that they would forbid; each only takes away, and execve(2) hands on what is left (capabilities(7)).',
  },
  exec: {
    title: 'The program',
    why: 'The record says that the container exists before anybody is told so; then the init lets go of all that is not the program’s, and becomes the program: the pid, the namespaces and the limits stay, only the program changes (execve(2)).',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly why: string }>>

export type Stage = keyof typeof stages
