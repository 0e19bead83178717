#pragma once
#include "engine/engine.h"

enum { NOT_MINE = -1 };

/*
 * `ocits [--root DIR] run --program FILE ID` without the engine. The exit code when all went well. NOT_MINE for every other command
 * line, for a file or id that needs words, and with `outcome` filled for a program that failed, or a step of it that may: main.c then starts the engine.
 */
int program_run(int argc, char **argv, struct outcome_bytes *outcome);
