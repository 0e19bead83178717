// npm run fuzz -- TARGET SECONDS [SEED]; without a target it prints the list of targets. See docs/fuzzing.md.
import { fuzzConfigs } from './config_run.ts'
import { fuzzNative, type NativeTarget, nativeTargets } from './native.ts'

/** The targets, with a description of each. */
const targets: Readonly<
  Record<string, { readonly says: string; readonly run: (seconds: number, seed: number) => number }>
> = {
  config: {
    says: 'configs with other values: read, judged, planned, compiled; in Node and through dist/ocits',
    run: (seconds, seed) => {
      const { finds, ...figures } = fuzzConfigs(seconds, seed, 'build/fuzz/finds/config')
      console.log(figures)
      for (const find of finds) console.log(find)
      return finds.length > 0 ? 1 : 0
    },
  },
  ...Object.fromEntries(
    Object.entries(nativeTargets).map(([name, { says }]) => [
      name,
      { says, run: (seconds: number, seed: number) => fuzzNative(name as NativeTarget, seconds, seed) },
    ]),
  ),
}

const [name = '', seconds = '60', seed = String(Math.floor(Math.random() * 2 ** 32))] = process.argv.slice(2)
const target = Object.hasOwn(targets, name) ? targets[name] : undefined
if (target === undefined) {
  console.log('npm run fuzz -- TARGET SECONDS [SEED]')
  for (const [each, { says }] of Object.entries(targets)) console.log(`  ${each.padEnd(10)} ${says}`)
  process.exitCode = name === '' ? 0 : 2
} else {
  console.log(`seed ${seed}`)
  process.exitCode = target.run(Number(seconds), Number(seed))
}
