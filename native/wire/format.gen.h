/* Generated from src/program/format.ts by `npm run gen`. Not edited by hand. */
#pragma once

#define PROGRAM_MAGIC "OCITS\0\0\1"

enum {
	MAGIC_SIZE = 8,
	HEADER_SIZE = 24,
	STEP_HEAD_SIZE = 8,
};

/* Messages between the parent and the init, and between start and the init. */
enum message_kind {
	GO = 1,
	FAILED,
	NOTE,
	PID,
	LISTENER,
	READY,
	TERMINAL,
};

/* What is known beside the errno of a step that failed. */
enum reason {
	NO_REASON,
	INIT_KILLED,
	INIT_DIED,
	INIT_KILLED_EARLY,
};

/* How an argument travels. */
enum {
	KIND_STR = 's',
	KIND_TEXT = 't',
	KIND_STRS = 'S',
	KIND_TEXTS = 'T',
	KIND_BYTES = 'r',
	KIND_NUMBER = 'n',
	KIND_NUMBERS = 'N',
	KIND_WIDE = 'w',
	KIND_BOOL = 'b',
	KIND_DEVICE = 'd',
};
