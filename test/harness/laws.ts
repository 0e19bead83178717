import { type Binding, type Runtime, runtime } from './binding.ts'
import { live } from './live.ts'
import { traces, unchanged } from './traces.ts'

/** Live tests of a binding, with its state below `root`. Each must leave the machine unchanged. */
export const lawsOf =
  (binding: Binding, root: string) =>
  (name: string, body: (ocits: Runtime) => Promise<void>, limit?: number): void =>
    live(
      `${binding.name}: ${name}`,
      async () => {
        const before = traces(root)
        await body(runtime(binding, root))
        await unchanged(before, root)
      },
      limit,
    )
