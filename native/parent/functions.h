#pragma once
#include "parent/functions.gen.h"

/*
 * The native functions of src/native/table.ts, which says what each one does. They may be called from many threads at once,
 * change nothing of the calling process, and, but for `input`, `await` and
 * `ready`, never wait for a fifo, a device or a terminal that is asked to be read.
 */

/* Takes the place of a `cancel` of -1: who runs as a command sets it once, to a signalfd(2) or what reads like one. */
extern int default_cancel;
