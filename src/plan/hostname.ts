import type { Spec } from '../spec/spec.ts'
import type { Step } from '../step/step.ts'

export function* hostname({ hostname = '', domainname = '' }: Spec): Generator<Step> {
  if (hostname !== '') yield { op: 'hostname', actor: 'init', pointer: '/hostname', name: hostname }
  if (domainname !== '') yield { op: 'domainname', actor: 'init', pointer: '/domainname', name: domainname }
}
