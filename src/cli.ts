#!/usr/bin/env node
import * as cold from './cold.ts'
import { main } from './hot.ts'
import { commandNative } from './native/koffi.ts'

process.exitCode = main(process.argv.slice(2), commandNative(), () => cold)
