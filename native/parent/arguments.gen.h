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
	[OP_PIDFD_SOCKET] = { 1, 12 },
	[OP_LISTEN] = { 1, 15 },
	[OP_NOTIFY_FOLDER] = { 1, 17 },
	[OP_NOTIFY_SOCKET] = { 1, 18 },
	[OP_CGROUP] = { 1, 20 },
	[OP_CPUSET] = { 1, 23 },
	[OP_ENABLE] = { 1, 25 },
	[OP_WRITE] = { 1, 29 },
	[OP_WRITE_EITHER] = { 1, 33 },
	[OP_DELEGATE] = { 1, 38 },
	[OP_RDT_GROUP] = { 1, 42 },
	[OP_RDT_FIND] = { 1, 47 },
	[OP_RDT_SCHEMATA] = { 1, 49 },
	[OP_DEVICE_FILTER] = { 1, 53 },
	[OP_CONCURRENT] = { 1, 56 },
	[OP_SPAWN] = { 1, 57 },
	[OP_UNIT] = { 1, 61 },
	[OP_JOIN] = { 2, 73 },
	[OP_SOURCE] = { 2, 75 },
	[OP_SOURCE_IN_ROOT] = { 2, 83 },
	[OP_NSFD] = { 2, 89 },
	[OP_SETNS] = { 2, 93 },
	[OP_UNSHARE] = { 2, 96 },
	[OP_IDMAP] = { 1, 98 },
	[OP_BECOME_ROOT] = { 2, 104 },
	[OP_TIME_OFFSETS] = { 1, 108 },
	[OP_FORK] = { 2, 110 },
	[OP_OOM_SCORE] = { 1, 111 },
	[OP_PARENT_DEATH] = { 2, 114 },
	[OP_UNDUMPABLE] = { 2, 116 },
	[OP_DUMPABLE] = { 2, 117 },
	[OP_PRLIMIT] = { 3, 118 },
	[OP_SETSID] = { 2, 122 },
	[OP_KEYRING] = { 2, 123 },
	[OP_LOOPBACK] = { 2, 125 },
	[OP_PROPAGATION] = { 2, 126 },
	[OP_ROOTFS] = { 2, 128 },
	[OP_ROOT] = { 2, 130 },
	[OP_JOINED_ROOT] = { 2, 132 },
	[OP_UNCOVER] = { 1, 134 },
	[OP_MOUNT] = { 2, 136 },
	[OP_MOUNT_OR_BIND] = { 2, 146 },
	[OP_BIND] = { 2, 155 },
	[OP_IDMAP_SOURCE] = { 2, 168 },
	[OP_REMOUNT] = { 2, 173 },
	[OP_SYMLINK] = { 2, 179 },
	[OP_DEVICE] = { 2, 183 },
	[OP_DEVICE_SOURCE] = { 2, 190 },
	[OP_DEVICE_BIND] = { 2, 197 },
	[OP_MKDIR] = { 2, 202 },
	[OP_PIVOT] = { 2, 205 },
	[OP_MOVE_ROOT] = { 2, 206 },
	[OP_CHROOT] = { 2, 207 },
	[OP_ROOT_PROPAGATION] = { 2, 208 },
	[OP_READONLY] = { 2, 210 },
	[OP_MASK] = { 2, 212 },
	[OP_TERMINAL] = { 2, 216 },
	[OP_HOSTNAME] = { 2, 221 },
	[OP_DOMAINNAME] = { 2, 223 },
	[OP_PROCFS] = { 2, 225 },
	[OP_HOST_PROCFS] = { 2, 226 },
	[OP_SYSCTL] = { 2, 228 },
	[OP_STDIO_OWNER] = { 2, 231 },
	[OP_EXECUTABLE] = { 2, 234 },
	[OP_CHDIR] = { 2, 238 },
	[OP_BOUNDING] = { 2, 241 },
	[OP_USER] = { 2, 243 },
	[OP_CWD] = { 2, 248 },
	[OP_CAPABILITIES] = { 2, 250 },
	[OP_UMASK] = { 2, 255 },
	[OP_NO_NEW_PRIVS] = { 2, 257 },
	[OP_AFFINITY] = { 2, 258 },
	[OP_SCHEDULER] = { 3, 260 },
	[OP_IO_PRIORITY] = { 3, 268 },
	[OP_PERSONALITY] = { 2, 270 },
	[OP_MEMORY_POLICY] = { 2, 272 },
	[OP_LABEL] = { 2, 275 },
	[OP_FILE_LABEL] = { 2, 278 },
	[OP_NET_KEEP] = { 1, 281 },
	[OP_NET_DEVICE] = { 1, 283 },
	[OP_PIN] = { 1, 287 },
	[OP_NET_OPEN] = { 1, 291 },
	[OP_BRIDGE] = { 1, 296 },
	[OP_VETH] = { 1, 299 },
	[OP_LINK_JOIN] = { 1, 304 },
	[OP_LINK_MOVE] = { 1, 308 },
	[OP_ADDRESS] = { 1, 313 },
	[OP_LINK_UP] = { 1, 318 },
	[OP_ROUTE] = { 1, 321 },
	[OP_LINK_REMOVE] = { 1, 327 },
	[OP_OWN_PROCFS] = { 2, 330 },
	[OP_ENTER] = { 2, 331 },
	[OP_ENTER_ROOT] = { 2, 336 },
	[OP_PATIENT] = { 1, 338 },
	[OP_HOLD_PROCFS] = { 2, 339 },
	[OP_MOUNTED] = { 2, 340 },
	[OP_DETACH] = { 2, 343 },
	[OP_DONE] = { 2, 345 },
	[OP_ALIVE] = { 1, 346 },
	[OP_CRIU] = { 1, 347 },
	[OP_CRIU_ASK] = { 1, 355 },
	[OP_WAIT] = { 2, 362 },
	[OP_HOOK] = { 3, 363 },
	[OP_HOME] = { 2, 373 },
	[OP_EXIT] = { 2, 375 },
	[OP_CLEAN] = { 2, 376 },
	[OP_READY] = { 2, 380 },
	[OP_AGENT] = { 1, 381 },
	[OP_SECCOMP] = { 2, 386 },
	[OP_EXEC] = { 2, 391 },
	[OP_DEADLINE] = { 1, 394 },
	[OP_EXECUTED] = { 1, 398 },
	[OP_REAP] = { 1, 399 },
	[OP_UNWIND] = { 1, 400 },
	[OP_UNDO_HOOK] = { 1, 401 },
	[OP_START] = { 1, 410 },
	[OP_UNLINK] = { 1, 414 },
	[OP_UNLOCK] = { 1, 416 },
	[OP_NOTIFY] = { 1, 417 },
	[OP_SIGNAL] = { 1, 420 },
	[OP_SIGNAL_ALL] = { 1, 425 },
	[OP_THAW] = { 1, 431 },
	[OP_CHANGE] = { 1, 433 },
	[OP_SET_UNIT] = { 1, 437 },
	[OP_FREEZE] = { 1, 444 },
	[OP_UNFREEZE] = { 1, 448 },
	[OP_WAIT_FOR_EXIT] = { 1, 452 },
	[OP_LOCK] = { 1, 458 },
	[OP_UNMOUNT] = { 1, 461 },
	[OP_REMOVE_CGROUP] = { 1, 465 },
	[OP_NET_RETURN] = { 1, 468 },
	[OP_NET_RELEASE] = { 1, 472 },
	[OP_RDT_REMOVE] = { 1, 474 },
	[OP_STOP_UNIT] = { 1, 476 },
	[OP_REMOVE_STATE] = { 1, 485 },
};

/* A letter for each argument, NUL after the last of a step. */
static const char kinds[] =
	"s\0\0m\0smt\0st\0ss\0s\0\0s\0TN\0t\0TSS\0tsb\0tsts\0tnn\0tbbs\0t\0tss\0tr\0\0etb\0sssrrnrrTNn\0T\0Ft"
	"bpbbb\0Fsbpb\0ess\0eb\0e\0ssbbb\0nnb\0s\0\0sb\0g\0\0\0lww\0\0t\0\0p\0s\0p\0U\0s\0sssASpbbb\0sssASpbU"
	"\0UsAAAAApbbbb\0Ussb\0sAAbp\0ssb\0soDmnn\0FoDmnn\0sUoD\0sm\0\0\0\0p\0s\0sUs\0nnnb\0s\0s\0\0U\0ss\0nn"
	"\0SbC\0sb\0C\0nnNb\0s\0CCCC\0m\0\0r\0nwnnwww\0n\0n\0nr\0ss\0ss\0t\0sst\0ess\0ssnw\0ss\0ssss\0sss\0ss"
	"ss\0sssn\0ss\0sssns\0ss\0\0ebnw\0s\0\0\0Fs\0U\0\0\0tssSmSs\0sTrrsb\0\0ssSSbnstb\0n\0\0bbb\0\0stnw\0r"
	"nbb\0SS\0wnb\0\0\0\0ssSSbnst\0snw\0s\0\0nw\0nwgb\0TSgnw\0t\0sss\0sssrrn\0twn\0twn\0nwnTS\0ss\0sww\0T"
	"S\0sst\0t\0T\0ssrrrnsw\0\0";

/* What may follow NUL in a text, for each actor. */
static const char *const placeholders[] = { "irpscobtmn", "irp" };

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
