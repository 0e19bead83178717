#pragma once
#include <stddef.h>
#include <stdint.h>

/* Text without stdio, which would double the init: each appends at `at`, never past `end`, and returns the new end of the text. */
char *append_string(char *at, const char *end, const char *words);
char *append_number(char *at, const char *end, uint64_t value);

/* /proc/PID/FILE; `file` is one of ours and short. */
void proc_path(char out[64], int pid, const char *file);
