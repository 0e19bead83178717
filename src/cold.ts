// What a usual command does not need; `Cold` in command/runtime.ts says what it is for. In the static binary this is a module of its
// own, loaded when it is asked for, with a copy of everything that both need.
export { ended } from './command/program.ts'
export { command } from './command/rare.ts'
export { explain, misplaced, unreadable } from './command/unreadable.ts'
export { unusual } from './command/unusual.ts'
export { stepFailure, told } from './command/words.ts'
export { explain as table } from './program/explain.ts'
export { limits } from './spec/limits.ts'
