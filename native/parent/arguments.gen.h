/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "wire/steps.gen.h"

/* Of each step its actors, a bit each, and where in `kinds` its arguments begin. */
static const struct row {
	uint16_t actors : 2;
	uint16_t kinds : 14;
} rows[OP_COUNT] = {
	[OP_CONSOLE_SOCKET] = { 1, 0 },
	[OP_CALLER_TERMINAL] = { 1, 2 },
	[OP_CLAIM] = { 1, 3 },
	[OP_RECORD] = { 1, 5 },
	[OP_PIDFILE] = { 1, 9 },
	[OP_LISTEN] = { 1, 12 },
	[OP_CGROUP] = { 1, 14 },
	[OP_CPUSET] = { 1, 17 },
	[OP_ENABLE] = { 1, 19 },
	[OP_WRITE] = { 1, 23 },
	[OP_WRITE_EITHER] = { 1, 27 },
	[OP_DELEGATE] = { 1, 32 },
	[OP_RDT_GROUP] = { 1, 36 },
	[OP_RDT_FIND] = { 1, 41 },
	[OP_RDT_SCHEMATA] = { 1, 43 },
	[OP_DEVICE_FILTER] = { 1, 47 },
	[OP_CONCURRENT] = { 1, 50 },
	[OP_SPAWN] = { 1, 51 },
	[OP_UNIT] = { 1, 55 },
	[OP_JOIN] = { 2, 67 },
	[OP_SOURCE] = { 2, 69 },
	[OP_SOURCE_IN_ROOT] = { 2, 77 },
	[OP_NSFD] = { 2, 83 },
	[OP_SETNS] = { 2, 87 },
	[OP_UNSHARE] = { 2, 90 },
	[OP_IDMAP] = { 1, 92 },
	[OP_BECOME_ROOT] = { 2, 98 },
	[OP_TIME_OFFSETS] = { 1, 102 },
	[OP_FORK] = { 2, 104 },
	[OP_OOM_SCORE] = { 1, 105 },
	[OP_UNDUMPABLE] = { 2, 108 },
	[OP_DUMPABLE] = { 2, 109 },
	[OP_PRLIMIT] = { 3, 110 },
	[OP_SETSID] = { 2, 114 },
	[OP_KEYRING] = { 2, 115 },
	[OP_LOOPBACK] = { 2, 117 },
	[OP_PROPAGATION] = { 2, 118 },
	[OP_ROOTFS] = { 2, 120 },
	[OP_ROOT] = { 2, 122 },
	[OP_JOINED_ROOT] = { 2, 124 },
	[OP_UNCOVER] = { 1, 126 },
	[OP_MOUNT] = { 2, 128 },
	[OP_MOUNT_OR_BIND] = { 2, 138 },
	[OP_BIND] = { 2, 147 },
	[OP_IDMAP_SOURCE] = { 2, 160 },
	[OP_REMOUNT] = { 2, 165 },
	[OP_SYMLINK] = { 2, 171 },
	[OP_DEVICE] = { 2, 175 },
	[OP_DEVICE_SOURCE] = { 2, 182 },
	[OP_DEVICE_BIND] = { 2, 189 },
	[OP_MKDIR] = { 2, 194 },
	[OP_PIVOT] = { 2, 197 },
	[OP_MOVE_ROOT] = { 2, 198 },
	[OP_CHROOT] = { 2, 199 },
	[OP_ROOT_PROPAGATION] = { 2, 200 },
	[OP_READONLY] = { 2, 202 },
	[OP_MASK] = { 2, 204 },
	[OP_TERMINAL] = { 2, 208 },
	[OP_HOSTNAME] = { 2, 213 },
	[OP_DOMAINNAME] = { 2, 215 },
	[OP_PROCFS] = { 2, 217 },
	[OP_HOST_PROCFS] = { 2, 218 },
	[OP_SYSCTL] = { 2, 220 },
	[OP_STDIO_OWNER] = { 2, 223 },
	[OP_EXECUTABLE] = { 2, 226 },
	[OP_CHDIR] = { 2, 230 },
	[OP_BOUNDING] = { 2, 233 },
	[OP_USER] = { 2, 235 },
	[OP_CWD] = { 2, 240 },
	[OP_CAPABILITIES] = { 2, 242 },
	[OP_UMASK] = { 2, 247 },
	[OP_NO_NEW_PRIVS] = { 2, 249 },
	[OP_AFFINITY] = { 2, 250 },
	[OP_SCHEDULER] = { 3, 252 },
	[OP_IO_PRIORITY] = { 3, 260 },
	[OP_PERSONALITY] = { 2, 262 },
	[OP_MEMORY_POLICY] = { 2, 264 },
	[OP_LABEL] = { 2, 267 },
	[OP_FILE_LABEL] = { 2, 270 },
	[OP_NET_KEEP] = { 1, 273 },
	[OP_NET_DEVICE] = { 1, 275 },
	[OP_OWN_PROCFS] = { 2, 279 },
	[OP_ENTER] = { 2, 280 },
	[OP_ENTER_ROOT] = { 2, 284 },
	[OP_ALIVE] = { 1, 286 },
	[OP_WAIT] = { 2, 287 },
	[OP_HOOK] = { 3, 288 },
	[OP_HOME] = { 2, 298 },
	[OP_EXIT] = { 2, 300 },
	[OP_CLEAN] = { 2, 301 },
	[OP_READY] = { 2, 305 },
	[OP_AGENT] = { 1, 306 },
	[OP_SECCOMP] = { 2, 311 },
	[OP_EXEC] = { 2, 316 },
	[OP_DEADLINE] = { 1, 319 },
	[OP_REAP] = { 1, 323 },
	[OP_UNWIND] = { 1, 324 },
	[OP_UNDO_HOOK] = { 1, 325 },
	[OP_START] = { 1, 334 },
	[OP_UNLINK] = { 1, 338 },
	[OP_SIGNAL] = { 1, 340 },
	[OP_SIGNAL_ALL] = { 1, 345 },
	[OP_THAW] = { 1, 349 },
	[OP_CHANGE] = { 1, 351 },
	[OP_SET_UNIT] = { 1, 355 },
	[OP_FREEZE] = { 1, 362 },
	[OP_UNFREEZE] = { 1, 366 },
	[OP_WAIT_FOR_EXIT] = { 1, 370 },
	[OP_LOCK] = { 1, 376 },
	[OP_UNMOUNT] = { 1, 379 },
	[OP_REMOVE_CGROUP] = { 1, 381 },
	[OP_NET_RETURN] = { 1, 384 },
	[OP_NET_RELEASE] = { 1, 388 },
	[OP_RDT_REMOVE] = { 1, 390 },
	[OP_STOP_UNIT] = { 1, 392 },
	[OP_REMOVE_STATE] = { 1, 401 },
};

/* A letter for each argument, NUL after the last of a step. */
static const char kinds[] =
	"s\0\0m\0smt\0st\0s\0TN\0t\0TSS\0tsb\0tsts\0tnn\0tbbs\0t\0tss\0tr\0\0etb\0sssrrnrrTNn\0T\0Ftbpbbb\0Fs"
	"bpb\0ess\0eb\0e\0ssbbb\0nnb\0s\0\0sb\0\0\0lww\0\0t\0\0p\0s\0p\0U\0s\0sssASpbbb\0sssASpbU\0UsAAAAApbb"
	"bb\0Ussb\0sAAbp\0ssb\0soDmnn\0FoDmnn\0sUoD\0sm\0\0\0\0p\0s\0sUs\0nnnb\0s\0s\0\0U\0ss\0nn\0SbC\0sb\0C"
	"\0nnNb\0s\0CCCC\0m\0\0r\0nwnnwww\0n\0n\0nr\0ss\0ss\0t\0sst\0\0enw\0s\0\0\0ssSSbnstb\0n\0\0bbb\0\0stn"
	"w\0rnbb\0SS\0wnb\0\0\0ssSSbnst\0snw\0s\0nwgb\0TSg\0t\0sss\0sssrrn\0twn\0twn\0nwnTS\0ss\0s\0TS\0sst\0"
	"t\0T\0ssrrrnsw\0\0";

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
