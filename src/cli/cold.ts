// What create, start and the other frequent commands do not need; `Cold` in runtime.ts says what each is for. In the static binary this is a
// module of its own, loaded on demand, which imports the rest from the hot module.
export * from '../lifecycle/cold.ts'
export { command } from './cold_commands.ts'
export { parseFully } from './full_parser.ts'
export { misplaced } from './misplaced.ts'
export { ended } from './run_program.ts'
export { painted } from './teacher.ts'
