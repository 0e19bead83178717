#pragma once
#include "parent/descendants.h"
#include "wire/common.h"
#include "wire/format.gen.h"

enum { MAX_CGROUPS = 64 }; /* hierarchies: the kernel has 13 with controllers, and named ones */
enum { MAX_NETWORKS = 2 };

/* A network namespace that steps work in, by the name that they call it. */
struct network {
	const char *name; /* in the program */
	int ns, socket;	  /* of netlink(7) */
};

struct answer;
struct net_move;

/* What the parent knows while it walks a program: one call of execute has one. */
struct parent {
	struct common common;
	uint64_t start_time; /* of the init, in clock ticks since boot */
	uint64_t own_start;  /* of this process; 0: not asked for yet */
	int pidfd;
	pid_t criu; /* once the init is the process that it makes; before, it stands in for that one */
	int criu_pidfd;
	int criu_sock;	 /* to criu; -1 */
	dev_t image_dev; /* of the file from which the init is executed */
	ino_t image_ino; /* 0: not known */
	uint32_t turns;	 /* of the init that it has done */
	int state_root;	 /* the folder `root`; -1 before its first use */
	int dir;	 /* the state folder, locked; -1 before `claim` or `lock` */
	int listen;
	int file; /* the one that was written last, and its name; -1 */
	struct text file_name;
	dev_t pidfile_dev; /* of the file that was written, while the program is carried out */
	ino_t pidfile_ino;
	int agent;	       /* connected to the seccomp agent; -1 */
	int tty;	       /* the caller's terminal, where that of the process is shown; -1 */
	int master;	       /* of the terminal of the process; -1 */
	int console;	       /* connected to who gets the terminal; -1 */
	int notify;	       /* where the process says that it is ready; -1 */
	int manager;	       /* the socket of the service manager that is told so; -1 */
	uint32_t notify_index; /* of the step that made both */
	struct text agent_state;
	int intent; /* the record, to which lines about cgroups are added; -1 before the first */
	/* The container's cgroups, by their indexes in the list of its record. */
	uint64_t inodes[MAX_CGROUPS]; /* NOT_MADE: not made here (cgroup.h) */
	uint32_t levels[MAX_CGROUPS]; /* how many of each path were made, its own included */
	uint32_t cgroup_count;
	const char *covered;		   /* the folder that the root covers on the host; NULL: none */
	uint64_t below;			   /* the id of the mount that is there without it */
	uint64_t cover;			   /* and of the root; 0: not known yet */
	int64_t remove_end;		   /* until when it is waited for processes to leave them; 0: not yet begun */
	uint32_t remove_turns;		   /* how often it was */
	char inode_list[MAX_CGROUPS * 21]; /* room for the placeholder */
	bool class_made, monitor_made;	   /* by `rdt_group` */
	bool patient;			   /* the init undoes itself what it did, if it is left alive */
	bool ended;			   /* what is undone has not failed: it is over */
	bool unwind;			   /* all is to be undone, as the program has ended */
	bool unlocked;			   /* others may work on the container, even remove it */
	bool ready;			   /* the init has said that execve comes next */
	bool doomed;			   /* and that its filter forbids it */
	uint32_t filter_index;		   /* of the filter under which it may end without a word; 0: none */
	struct {
		int64_t deadline; /* of the process; -1: none */
		uint32_t grace;	  /* between SIGTERM and SIGKILL, in milliseconds */
		bool whole;	  /* SIGTERM goes to all descendants, not to the process alone */
		bool passed;	  /* the deadline has passed */
		struct descendants descendants;
	} overdue;
	uint32_t pins; /* CLONE_NEW*: whose files `pin` has made */
	struct network networks[MAX_NETWORKS];
	uint32_t network_count;
	struct net_move *moved; /* the device that `link_move` has moved; NULL: none */
	bool left;		/* something could not be undone */
	const int *fds;		/* become 0, 1, 2 … of the process */
	uint8_t *program;
	uint32_t program_size;
	uint32_t sources;   /* steps of it that are `source` */
	int exit_status;    /* 0-255, 128+signal; -1 as long as it is not reaped */
	enum reason reason; /* of the failure, where the errno does not tell it */
	bool started;	    /* the failed step was the init's, after start */
	int bad_fd;	    /* one of fds that is not open; -1: none */
	struct answer *answer;
	uint32_t notes;
};

/* `common` is the first member, so that both have one address. */
static inline struct parent *parent_of(struct common *c)
{
	return (struct parent *)c;
}

/* The reason of a failure, in place of a detail. */
void set_reason(struct parent *c, enum reason reason);
/* A lenient step has failed: notes it in the answer and goes on. */
void add_note(struct parent *c, uint32_t index, int error, const char *words);

/* The process's own ways, see struct process. */
int parent_note(struct common *c, int error);
int parent_wait_turn(struct common *c, const struct program *p, uint32_t next);
const char *parent_placeholder(struct common *c, char letter, char out[40]);
