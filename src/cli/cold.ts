// What a usual command does not need; `Cold` in runtime.ts says what each is for. In the static binary this is a module of its own,
// loaded when it is asked for; what it has in common with the hot module it takes from there.
export * from '../lifecycle/cold.ts'
export { command } from './cold_commands.ts'
export { parseFully } from './full_parser.ts'
export { misplaced } from './misplaced.ts'
export { ended } from './run_program.ts'
