/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "wire/steps.gen.h"

/* Of each step its actors, a bit each, and where in `kinds` its arguments begin. */
static const struct row {
	uint16_t actors : 2;
	uint16_t kinds : 14;
} rows[OP_COUNT] = {
	[OP_CONSOLE_SOCKET] = { 1, 0 },
	[OP_CLAIM] = { 1, 2 },
	[OP_RECORD] = { 1, 4 },
	[OP_PIDFILE] = { 1, 8 },
	[OP_LISTEN] = { 1, 11 },
	[OP_CGROUP] = { 1, 13 },
	[OP_CPUSET] = { 1, 16 },
	[OP_ENABLE] = { 1, 18 },
	[OP_WRITE] = { 1, 22 },
	[OP_WRITE_EITHER] = { 1, 26 },
	[OP_DELEGATE] = { 1, 31 },
	[OP_RDT_GROUP] = { 1, 35 },
	[OP_RDT_FIND] = { 1, 40 },
	[OP_RDT_SCHEMATA] = { 1, 42 },
	[OP_DEVICE_FILTER] = { 1, 46 },
	[OP_CONCURRENT] = { 1, 49 },
	[OP_SPAWN] = { 1, 50 },
	[OP_UNIT] = { 1, 54 },
	[OP_JOIN] = { 2, 66 },
	[OP_SOURCE] = { 2, 68 },
	[OP_SOURCE_IN_ROOT] = { 2, 76 },
	[OP_NSFD] = { 2, 82 },
	[OP_SETNS] = { 2, 86 },
	[OP_UNSHARE] = { 2, 89 },
	[OP_IDMAP] = { 1, 91 },
	[OP_BECOME_ROOT] = { 2, 97 },
	[OP_TIME_OFFSETS] = { 1, 101 },
	[OP_FORK] = { 2, 103 },
	[OP_OOM_SCORE] = { 1, 104 },
	[OP_UNDUMPABLE] = { 2, 107 },
	[OP_DUMPABLE] = { 2, 108 },
	[OP_PRLIMIT] = { 3, 109 },
	[OP_SETSID] = { 2, 113 },
	[OP_KEYRING] = { 2, 114 },
	[OP_LOOPBACK] = { 2, 116 },
	[OP_PROPAGATION] = { 2, 117 },
	[OP_ROOTFS] = { 2, 119 },
	[OP_ROOT] = { 2, 121 },
	[OP_JOINED_ROOT] = { 2, 123 },
	[OP_UNCOVER] = { 1, 125 },
	[OP_MOUNT] = { 2, 127 },
	[OP_MOUNT_OR_BIND] = { 2, 137 },
	[OP_BIND] = { 2, 146 },
	[OP_IDMAP_SOURCE] = { 2, 159 },
	[OP_REMOUNT] = { 2, 164 },
	[OP_SYMLINK] = { 2, 170 },
	[OP_DEVICE] = { 2, 174 },
	[OP_DEVICE_SOURCE] = { 2, 181 },
	[OP_DEVICE_BIND] = { 2, 188 },
	[OP_MKDIR] = { 2, 193 },
	[OP_PIVOT] = { 2, 196 },
	[OP_MOVE_ROOT] = { 2, 197 },
	[OP_CHROOT] = { 2, 198 },
	[OP_ROOT_PROPAGATION] = { 2, 199 },
	[OP_READONLY] = { 2, 201 },
	[OP_MASK] = { 2, 203 },
	[OP_TERMINAL] = { 2, 207 },
	[OP_HOSTNAME] = { 2, 212 },
	[OP_DOMAINNAME] = { 2, 214 },
	[OP_PROCFS] = { 2, 216 },
	[OP_HOST_PROCFS] = { 2, 217 },
	[OP_SYSCTL] = { 2, 219 },
	[OP_STDIO_OWNER] = { 2, 222 },
	[OP_EXECUTABLE] = { 2, 225 },
	[OP_CHDIR] = { 2, 229 },
	[OP_BOUNDING] = { 2, 232 },
	[OP_USER] = { 2, 234 },
	[OP_CWD] = { 2, 239 },
	[OP_CAPABILITIES] = { 2, 241 },
	[OP_UMASK] = { 2, 246 },
	[OP_NO_NEW_PRIVS] = { 2, 248 },
	[OP_AFFINITY] = { 2, 249 },
	[OP_SCHEDULER] = { 3, 251 },
	[OP_IO_PRIORITY] = { 3, 259 },
	[OP_PERSONALITY] = { 2, 261 },
	[OP_MEMORY_POLICY] = { 2, 263 },
	[OP_LABEL] = { 2, 266 },
	[OP_FILE_LABEL] = { 2, 269 },
	[OP_NET_KEEP] = { 1, 272 },
	[OP_NET_DEVICE] = { 1, 274 },
	[OP_OWN_PROCFS] = { 2, 278 },
	[OP_ENTER] = { 2, 279 },
	[OP_ENTER_ROOT] = { 2, 283 },
	[OP_ALIVE] = { 1, 285 },
	[OP_WAIT] = { 2, 286 },
	[OP_HOOK] = { 3, 287 },
	[OP_HOME] = { 2, 297 },
	[OP_EXIT] = { 2, 299 },
	[OP_CLEAN] = { 2, 300 },
	[OP_READY] = { 2, 304 },
	[OP_AGENT] = { 1, 305 },
	[OP_SECCOMP] = { 2, 310 },
	[OP_EXEC] = { 2, 315 },
	[OP_DEADLINE] = { 1, 318 },
	[OP_REAP] = { 1, 322 },
	[OP_UNWIND] = { 1, 323 },
	[OP_UNDO_HOOK] = { 1, 324 },
	[OP_START] = { 1, 333 },
	[OP_UNLINK] = { 1, 337 },
	[OP_SIGNAL] = { 1, 339 },
	[OP_SIGNAL_ALL] = { 1, 344 },
	[OP_THAW] = { 1, 348 },
	[OP_CHANGE] = { 1, 350 },
	[OP_SET_UNIT] = { 1, 354 },
	[OP_FREEZE] = { 1, 361 },
	[OP_UNFREEZE] = { 1, 365 },
	[OP_WAIT_FOR_EXIT] = { 1, 369 },
	[OP_LOCK] = { 1, 375 },
	[OP_UNMOUNT] = { 1, 378 },
	[OP_REMOVE_CGROUP] = { 1, 380 },
	[OP_NET_RETURN] = { 1, 383 },
	[OP_NET_RELEASE] = { 1, 387 },
	[OP_RDT_REMOVE] = { 1, 389 },
	[OP_STOP_UNIT] = { 1, 391 },
	[OP_REMOVE_STATE] = { 1, 400 },
};

/* A letter for each argument, NUL after the last of a step. */
static const char kinds[] =
	"s\0m\0smt\0st\0s\0TN\0t\0TSS\0tsb\0tsts\0tnn\0tbbs\0t\0tss\0tr\0\0etb\0sssrrnrrTNn\0T\0Ftbpbbb\0Fsbp"
	"b\0ess\0eb\0e\0ssbbb\0nnb\0s\0\0sb\0\0\0lww\0\0t\0\0p\0s\0p\0U\0s\0sssASpbbb\0sssASpbU\0UsAAAAApbbbb"
	"\0Ussb\0sAAbp\0ssb\0soDmnn\0FoDmnn\0sUoD\0sm\0\0\0\0p\0s\0sUs\0nnnb\0s\0s\0\0U\0ss\0nn\0SbC\0sb\0C\0"
	"nnNb\0s\0CCCC\0m\0\0r\0nwnnwww\0n\0n\0nr\0ss\0ss\0t\0sst\0\0enw\0s\0\0\0ssSSbnstb\0n\0\0bbb\0\0stnw"
	"\0rnbb\0SS\0wnb\0\0\0ssSSbnst\0snw\0s\0nwgb\0TSg\0t\0sss\0sssrrn\0twn\0twn\0nwnTS\0ss\0s\0TS\0sst\0t"
	"\0T\0ssrrrnsw\0\0";

/* What may follow NUL in a text, for each actor. */
static const char *const placeholders[] = { "irpscbtmn", "irp" };

/* The bits that a number of a kind may have. */
static uint64_t bits_of(char kind)
{
	switch (kind) {
	case 'b':	/* bool */
		return 0x1;
	case 'm':	/* mode */
		return 0xfff;
	case 'o':	/* node */
		return 0x7000;
	case 'e':	/* namespaces */
		return 0x7e020080;
	case 'p':	/* propagation */
		return 0x1e4000;
	case 'g':	/* signal */
		return 0x7f;
	case 'l':	/* rlimit */
		return 0xf;
	case 'A':	/* attrs */
		return 0x3000ff;
	case 'C':	/* caps */
		return 0x1ffffffffff;
	case 'D':	/* device */
		return 0xfff000fffff;
	default:
		return UINT64_MAX;
	}
}
