/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "wire/steps.gen.h"

/* Of each step its actors, a bit each, and where in `kinds` its arguments begin. */
static const struct row {
	uint16_t actors : 2;
	uint16_t kinds : 14;
} rows[OP_COUNT] = {
	[OP_CLAIM] = { 1, 0 },
	[OP_RECORD] = { 1, 2 },
	[OP_PIDFILE] = { 1, 6 },
	[OP_LISTEN] = { 1, 9 },
	[OP_CGROUP] = { 1, 11 },
	[OP_CPUSET] = { 1, 14 },
	[OP_ENABLE] = { 1, 16 },
	[OP_WRITE] = { 1, 20 },
	[OP_WRITE_EITHER] = { 1, 24 },
	[OP_DELEGATE] = { 1, 29 },
	[OP_RDT_GROUP] = { 1, 33 },
	[OP_RDT_FIND] = { 1, 38 },
	[OP_RDT_SCHEMATA] = { 1, 40 },
	[OP_DEVICE_FILTER] = { 1, 44 },
	[OP_CONCURRENT] = { 1, 47 },
	[OP_SPAWN] = { 1, 48 },
	[OP_UNIT] = { 1, 52 },
	[OP_JOIN] = { 2, 64 },
	[OP_SOURCE] = { 2, 66 },
	[OP_SOURCE_IN_ROOT] = { 2, 74 },
	[OP_NSFD] = { 2, 80 },
	[OP_SETNS] = { 2, 84 },
	[OP_UNSHARE] = { 2, 87 },
	[OP_IDMAP] = { 1, 89 },
	[OP_BECOME_ROOT] = { 2, 95 },
	[OP_TIME_OFFSETS] = { 1, 99 },
	[OP_FORK] = { 2, 101 },
	[OP_OOM_SCORE] = { 1, 102 },
	[OP_UNDUMPABLE] = { 2, 105 },
	[OP_DUMPABLE] = { 2, 106 },
	[OP_PRLIMIT] = { 3, 107 },
	[OP_SETSID] = { 2, 111 },
	[OP_KEYRING] = { 2, 112 },
	[OP_LOOPBACK] = { 2, 114 },
	[OP_PROPAGATION] = { 2, 115 },
	[OP_ROOTFS] = { 2, 117 },
	[OP_ROOT] = { 2, 119 },
	[OP_JOINED_ROOT] = { 2, 121 },
	[OP_UNCOVER] = { 1, 123 },
	[OP_MOUNT] = { 2, 125 },
	[OP_MOUNT_OR_BIND] = { 2, 135 },
	[OP_BIND] = { 2, 144 },
	[OP_IDMAP_SOURCE] = { 2, 157 },
	[OP_REMOUNT] = { 2, 162 },
	[OP_SYMLINK] = { 2, 168 },
	[OP_DEVICE] = { 2, 172 },
	[OP_DEVICE_SOURCE] = { 2, 179 },
	[OP_DEVICE_BIND] = { 2, 186 },
	[OP_MKDIR] = { 2, 191 },
	[OP_PIVOT] = { 2, 194 },
	[OP_MOVE_ROOT] = { 2, 195 },
	[OP_CHROOT] = { 2, 196 },
	[OP_ROOT_PROPAGATION] = { 2, 197 },
	[OP_READONLY] = { 2, 199 },
	[OP_MASK] = { 2, 201 },
	[OP_HOSTNAME] = { 2, 205 },
	[OP_DOMAINNAME] = { 2, 207 },
	[OP_PROCFS] = { 2, 209 },
	[OP_HOST_PROCFS] = { 2, 210 },
	[OP_SYSCTL] = { 2, 212 },
	[OP_STDIO_OWNER] = { 2, 215 },
	[OP_EXECUTABLE] = { 2, 218 },
	[OP_CHDIR] = { 2, 222 },
	[OP_BOUNDING] = { 2, 224 },
	[OP_USER] = { 2, 226 },
	[OP_CWD] = { 2, 231 },
	[OP_CAPABILITIES] = { 2, 233 },
	[OP_UMASK] = { 2, 238 },
	[OP_NO_NEW_PRIVS] = { 2, 240 },
	[OP_AFFINITY] = { 2, 241 },
	[OP_SCHEDULER] = { 3, 242 },
	[OP_IO_PRIORITY] = { 3, 250 },
	[OP_PERSONALITY] = { 2, 252 },
	[OP_MEMORY_POLICY] = { 2, 254 },
	[OP_LABEL] = { 2, 257 },
	[OP_FILE_LABEL] = { 2, 260 },
	[OP_NET_KEEP] = { 1, 263 },
	[OP_NET_DEVICE] = { 1, 265 },
	[OP_WAIT] = { 2, 269 },
	[OP_HOOK] = { 3, 270 },
	[OP_HOME] = { 2, 280 },
	[OP_EXIT] = { 2, 282 },
	[OP_CLEAN] = { 2, 283 },
	[OP_READY] = { 2, 287 },
	[OP_AGENT] = { 1, 288 },
	[OP_SECCOMP] = { 2, 293 },
	[OP_EXEC] = { 2, 298 },
	[OP_REAP] = { 1, 301 },
	[OP_UNWIND] = { 1, 302 },
	[OP_UNDO_HOOK] = { 1, 303 },
	[OP_START] = { 1, 312 },
	[OP_UNLINK] = { 1, 316 },
	[OP_SIGNAL] = { 1, 318 },
	[OP_SIGNAL_ALL] = { 1, 323 },
	[OP_THAW] = { 1, 327 },
	[OP_CHANGE] = { 1, 329 },
	[OP_SET_UNIT] = { 1, 333 },
	[OP_FREEZE] = { 1, 340 },
	[OP_UNFREEZE] = { 1, 344 },
	[OP_WAIT_FOR_EXIT] = { 1, 348 },
	[OP_LOCK] = { 1, 354 },
	[OP_UNMOUNT] = { 1, 357 },
	[OP_REMOVE_CGROUP] = { 1, 359 },
	[OP_NET_RETURN] = { 1, 362 },
	[OP_NET_RELEASE] = { 1, 366 },
	[OP_RDT_REMOVE] = { 1, 368 },
	[OP_STOP_UNIT] = { 1, 370 },
	[OP_REMOVE_STATE] = { 1, 379 },
};

/* A letter for each argument, NUL after the last of a step. */
static const char kinds[] =
	"m\0smt\0st\0s\0TN\0t\0TSS\0tsb\0tsts\0tnn\0tbbs\0t\0tss\0tr\0\0etb\0sssrrnrrTNn\0T\0Ftbpbbb\0Fsbpb\0"
	"ess\0eb\0e\0ssbbb\0nnb\0s\0\0sb\0\0\0lww\0\0t\0\0p\0s\0p\0U\0s\0sssASpbbb\0sssASpbU\0UsAAAAApbbbb\0U"
	"ssb\0sAAbp\0ssb\0soDmnn\0FoDmnn\0sUoD\0sm\0\0\0\0p\0s\0sUs\0s\0s\0\0U\0ss\0nn\0SbC\0s\0C\0nnNb\0s\0C"
	"CCC\0m\0\0\0nwnnwww\0n\0n\0nr\0ss\0ss\0t\0sst\0\0ssSSbnstb\0n\0\0bbb\0\0stnw\0rnbb\0SS\0\0\0ssSSbnst"
	"\0snw\0s\0nwgb\0TSg\0t\0sss\0sssrrn\0twn\0twn\0nwnTS\0ss\0s\0TS\0sst\0t\0T\0ssrrrnsw\0\0";

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
