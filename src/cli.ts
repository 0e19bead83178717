#!/usr/bin/env node
import * as cold from './cli/cold.ts'
import { main } from './cli/main.ts'
import { commandNative } from './native/koffi.ts'

process.exitCode = main(process.argv.slice(2), commandNative(), () => cold)
