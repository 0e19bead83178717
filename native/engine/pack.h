#pragma once
#include <quickjs.h>

/*
 * pack(steps, rows, fault): the bytes of a plan, as src/program/encode.ts writes them, in a tenth of the time. `rows` says for each
 * op its number and for each argument its name and, as one letter, its kind: all from src/step/table.ts. undefined where a value
 * is not as plain as it should be: encode.ts then finds the words for it.
 */
JSValue pack(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv);
