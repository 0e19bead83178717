// What the frequent operations do not need; `Cold` in runtime.ts says what each is for. In the static binary it is part of a module of its
// own, src/cli/cold.ts, which is loaded on demand.
export { explain } from '../program/explain.ts'
export { limits } from '../spec/limits.ts'
export { configFaults, unreadable } from './config_error.ts'
export { describeStep, stepError } from './step_error.ts'
