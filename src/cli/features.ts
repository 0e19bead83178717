import { caps } from '../kernel/caps.ts'
import { mempolicyFlags, mempolicyModes } from '../kernel/mempolicy.ts'
import { mountOptions } from '../kernel/mount_options.ts'
import { namespaces } from '../kernel/namespaces.ts'
import { Hooks } from '../spec/hooks.ts'
import { SeccompAction, SeccompArch, SeccompFlag, SeccompOperator } from '../spec/seccomp.ts'
import { specVersion } from '../spec/version.ts'
import { commit, version } from './version.ts'

/** What this runtime can do, whatever this machine can (runtime-spec, features.md and features-linux.md). */
export function features(): object {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: specVersion,
    hooks: Object.keys(Hooks.properties),
    mountOptions,
    linux: linux(),
    annotations: {
      'org.ocits.version': version,
      ...(commit === '' ? {} : { 'org.ocits.commit': commit }),
      'org.opencontainers.runc.checkpoint.enabled': 'true', // where there is CRIU
    },
    // A name that ends in a dot stands for all that begin with it.
    potentiallyUnsafeConfigAnnotations: [
      'org.criu.config',
      'org.systemd.property.',
      'run.oci.keep_original_groups',
      'run.oci.mount_context_type',
    ],
  }
}

function linux(): object {
  const enabled = true
  return {
    namespaces: Object.keys(namespaces).sort(),
    capabilities: Object.keys(caps),
    cgroup: { v1: true, v2: true, systemd: true, systemdUser: true, rdma: true },
    seccomp: {
      enabled,
      actions: values(SeccompAction),
      operators: values(SeccompOperator),
      archs: values(SeccompArch),
      knownFlags: values(SeccompFlag),
      supportedFlags: values(SeccompFlag),
    },
    apparmor: { enabled },
    selinux: { enabled },
    intelRdt: { enabled, schemata: true, monitoring: true },
    memoryPolicy: { modes: Object.keys(mempolicyModes), flags: Object.keys(mempolicyFlags) },
    mountExtensions: { idmap: { enabled } },
    netDevices: { enabled },
  }
}

function values(list: object): readonly string[] {
  return [...(list as { readonly enum: readonly string[] }).enum].sort()
}
