// Two fields that the specification does not have, and all their code by hand, at the places that CONTRIBUTING.md lists.

/** A text that is inserted into a file after the first occurrence of these words. */
export type Edit = { readonly file: string; readonly after: string; readonly text: string }

export type Field = {
  readonly edits: readonly Edit[]
  /** An addition to the process of bundles/default, in its own bundle. */
  readonly process: Readonly<Record<string, unknown>>
  readonly args: readonly string[]
  /** The output of the program inside. */
  readonly printed: string
  /** A line of the plan. */
  readonly planned: RegExp
  /** An invalid value, and the message of the refusal. */
  readonly wrong: readonly [unknown, RegExp]
}

export const fields: Readonly<Record<string, Field>> = {
  /** Needs a system call that no other field needs: prctl(2), PR_SET_TIMERSLACK. */
  timerSlack: {
    edits: [
      {
        file: 'src/spec/process.ts',
        after: '    ioPriority: Type.Optional(IOPriority),\n',
        text: "    timerSlack: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Nanoseconds by which timers may be late.' })),\n",
      },
      {
        file: 'src/plan/scheduling.ts',
        after: "import type { Context } from './context.ts'\n",
        text: `
export function* timerSlack({ process }: Context['spec']): Generator<Step> {
  if (process?.timerSlack === undefined) return
  yield { op: 'timer_slack', actor: 'init', pointer: '/process/timerSlack', slack: process.timerSlack }
}
`,
      },
      {
        file: 'src/plan/plan.ts',
        after: '  yield* personality(context.spec)\n',
        text: '  yield* timerSlack(context.spec)\n',
      },
      {
        file: 'src/plan/plan.ts',
        after: 'import { affinity, memoryPolicy, personality, scheduling',
        text: ', timerSlack',
      },
      {
        file: 'src/step/table.ts',
        after: "  personality: { actors: init, description: domain, args: { domain: 'u32' } },\n",
        text: "  timer_slack: { actors: init, description: '{slack} ns', args: { slack: 'u32' } },\n",
      },
      {
        file: 'src/step/calls.ts',
        after: "  personality: { call: 'personality', page: 'personality(2)', stage: 'identity' },\n",
        text: "  timer_slack: { call: 'prctl(PR_SET_TIMERSLACK)', page: 'PR_SET_TIMERSLACK(2const)', stage: 'identity' },\n",
      },
      {
        file: 'native/init/step_attributes.c',
        after: '#include "init/steps.gen.h"\n',
        text: `#include <sys/prctl.h>

int do_timer_slack(struct init *c, const struct timer_slack_args *a)
{
	(void)c;
	return prctl(PR_SET_TIMERSLACK, (unsigned long)a->slack) < 0 ? -errno : 0;
}
`,
      },
    ],
    process: { timerSlack: 123_456 },
    args: ['/probe', 'read', '/proc/self/timerslack_ns'],
    printed: '/proc/self/timerslack_ns: 123456\n',
    planned: /^ *\d+ +init +timer_slack +\/process\/timerSlack +123456 ns$/m,
    wrong: [0, /#\/process\/timerSlack/],
  },
  /** Uses an existing step. */
  locale: {
    edits: [
      {
        file: 'src/spec/process.ts',
        after:
          "    args: Type.Optional(Strings({ description: 'The program, looked up in PATH of env, and its arguments.' })),\n",
        text: "    locale: Type.Optional(Type.String({ description: 'Becomes LC_ALL.' })),\n",
      },
      {
        file: 'src/plan/exec.ts',
        after: "  if (!last.has('HOME')) last.set('HOME', 'HOME=')\n",
        text: "  if (spec.process?.locale !== undefined) last.set('LC_ALL', 'LC_ALL='.concat(spec.process.locale))\n",
      },
    ],
    process: { locale: 'C.UTF-8' },
    args: ['/probe', 'env'],
    printed: 'LC_ALL=C.UTF-8',
    planned: /init +exec +\/process\/args/,
    wrong: [1, /#\/process\/locale/],
  },
}

const folderOf = ({ file }: Edit) => file.split('/')[0]

/** The files of a folder of the project that are edited by hand. */
export const touched = ({ edits }: Field, folder: string): readonly string[] => [
  ...new Set(edits.filter((edit) => folderOf(edit) === folder).map(({ file }) => file)),
]
