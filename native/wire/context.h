#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/reader.h"

enum hand { PARENT, INIT };

enum {
	MAX_CGROUPS = 64,	/* hierarchies: the kernel has 13 with controllers, and named ones */
	DETAIL_SIZE = 1024,	/* a few words from the kernel or a hook */
};

/* A host path that a `source` step opened. Zeros when there is none, so that pages nobody needs stay untouched. */
struct slot {
	int number;	/* its descriptor plus 1 */
	uint32_t propagation;
	bool late;	/* not cloned yet */
	bool recursive;
};

/* What both hands know while they walk a program. One process (init) or one call of execute (parent) has one. */
struct context {
	enum hand hand;
	uint32_t place;		/* of the step being carried out */
	uint32_t past;		/* of the first step of this hand that is not done */
	const char *id;
	const char *root;	/* the folder of all state */
	int sock;		/* to the other hand; -1 when there is none */
	uint32_t fd_count;	/* 0, 1, 2 and the preserved ones: what the process shall keep */
	char detail[DETAIL_SIZE];
	pid_t pid;		/* the init, as this hand sees it */
	int cancel;		/* readable: give up; -1: none */
	union {
		struct {	/* parent */
			uint64_t start_time;	/* of the init, in clock ticks since boot */
			uint64_t own_start;	/* of this process; 0: not asked for yet */
			int pidfd;
			uint32_t turns;		/* of the init that it has done */
			int state_root;		/* the folder `root`; -1 before its first use */
			int dir;		/* the state folder, locked; -1 before `claim` or `lock` */
			int listen;
			int file;		/* the one that was written last, and its name; -1 */
			struct text file_name;
			dev_t pidfile_dev;	/* of the file that was written, while the program is carried out */
			ino_t pidfile_ino;
			int agent;		/* connected to the seccomp agent; -1 */
			struct text agent_state;
			int intent;		/* the record, to which lines about cgroups are added; -1 before the first */
			/* The container's cgroups, by their places in the list of its record. */
			uint64_t inodes[MAX_CGROUPS];	/* NOT_MADE: not made here (cgroup.h) */
			uint32_t levels[MAX_CGROUPS];	/* how many of each path were made, its own included */
			uint32_t cgroup_count;
			int64_t remove_end;	/* until when it is waited for processes to leave them; 0: not yet begun */
			char inode_list[MAX_CGROUPS * 21];	/* room for the hole */
			bool class_made, monitor_made;	/* by `rdt_group` */
			bool ended;		/* what is undone has not failed: it is over */
			bool unlocked;		/* others may work on the container, even remove it */
			bool ready;		/* the init has said that execve comes next */
			bool doomed;		/* and that its filter forbids it */
			uint32_t filter_place;	/* of the filter under which it may end without a word; 0: none */
			bool left;		/* something could not be undone */
			const int *fds;
			uint8_t *program;
			uint32_t program_size;
			uint32_t sources;	/* steps of it that are `source` */
			int exit_status;	/* 0-255, 128+signal; -1 as long as it is not reaped */
			bool started;		/* the failed step was the init's, after start */
			int bad_fd;		/* one of fds that is not open; -1: none */
			struct answer *answer;
			uint32_t notes;
		};
		struct {	/* init */
			int listener;
			int root_fd;
			int proc_fd;
			int mask_fd;
			int namespaces[8];
			const char *executable;
			char *home;	/* HOME=…, found by `home` */
			bool cwd_refused;
			struct slot *slots;	/* one for each `source` step */
			uint32_t slot_count;
			struct rlimit files;	/* of open files, as they were before they were raised; a hard one of 0: they are */
			uint32_t filter;	/* the place of a filter under which it may end without a word; 0: none */
		};
	};
};

/* What a hole stands for; NULL for one that is not known. Each hand has its own. */
const char *hole(struct context *c, char letter, char out[40]);
/* The path or name a text stands for, with its holes filled; -ENAMETOOLONG. */
int text_fill(struct context *c, struct text text, char *out, size_t size);
/* Writes it to fd, holes filled, whatever its size. */
int text_write(struct context *c, struct text text, int fd);
/* Keeps a few words for the error; longer ones are cut. */
void detail(struct context *c, const char *words);
void detail_bytes(struct context *c, const char *bytes, size_t size);
