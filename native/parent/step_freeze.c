#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/parent.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/process.h"

/*
 * The freezer of a container: freezer.state (cgroup-v1/freezer-subsystem.rst), or cgroup.freeze and cgroup.events of v2 (cgroup-v2.rst). Both
 * kernels are asked, and then say when it is so.
 */

struct freezer {
	int dir;
	bool v1;
	bool frozen; /* what is wanted */
};

static int ask(const struct freezer *f, bool frozen)
{
	return f->v1 ? put_word(f->dir, "freezer.state", frozen ? "FROZEN" : "THAWED") : put_word(f->dir, "cgroup.freeze", frozen ? "1" : "0");
}

/* 1 if it is as wanted, 0 if not yet; -EAGAIN where somebody has thawed it meanwhile, as a `kill` does. */
static int has_come(const struct freezer *f)
{
	char text[256];
	cleanup_close int fd = openat(f->dir, f->v1 ? "freezer.state" : "cgroup.events", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return -errno;
	text[n] = 0;
	if (!f->v1)
		return strstr(text, f->frozen ? "frozen 1" : "frozen 0") != NULL;
	if (f->frozen && strncmp(text, "THAWED", 6) == 0)
		return -EAGAIN;
	return strncmp(text, f->frozen ? "FROZEN" : "THAWED", 6) == 0;
}

/*
 * Who is forked into a cgroup of v1 while that freezes may miss it, so it is asked for again; and now and then all go on for a moment, as who
 * waits for one that is frozen already does not come to rest.
 */
static int ask_again(struct parent *c, const struct freezer *f, int turn)
{
	enum { RELEASE_EACH = 16, RELEASE_MS = 10 };
	int err = 0;

	if (!f->v1 || !f->frozen)
		return 0;
	if (turn % RELEASE_EACH == 0) {
		err = ask(f, false);
		if (err == 0)
			err = wait_readable(-1, c->common.cancel, deadline_in(RELEASE_MS));
	}
	return err < 0 ? err : ask(f, true);
}

static int reach(struct parent *c, const struct freezer *f, int64_t deadline)
{
	int err = ask(f, f->frozen);

	for (int turn = 1, pause = 1; err == 0; turn++, pause = pause < 16 ? pause * 2 : pause) {
		err = has_come(f);
		if (err != 0)
			break;
		if (deadline_left(deadline) == 0)
			return -ETIMEDOUT;
		err = wait_readable(-1, c->common.cancel, deadline_in(pause));
		if (err == 0)
			err = ask_again(c, f, turn);
	}
	return err < 0 ? err : 0;
}

static int open_freezer(struct parent *c, struct text dir, uint64_t inode, struct freezer *f)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, dir, path, sizeof(path));

	if (err < 0)
		return err;
	f->dir = open_cgroup(path, inode);
	if (f->dir < 0)
		return f->dir;
	f->v1 = faccessat(f->dir, "freezer.state", F_OK, 0) == 0;
	return 0;
}

/* All or nothing: what could not be frozen whole runs on. */
int do_freeze(struct parent *c, const struct freeze_args *a)
{
	struct freezer f = { .frozen = true };
	int err = open_freezer(c, a->dir, a->inode, &f);

	if (err < 0)
		return err;
	err = reach(c, &f, deadline_in(a->timeout));
	if (err < 0 && ask(&f, false) < 0)
		c->left = true;
	close(f.dir);
	return err;
}

int do_unfreeze(struct parent *c, const struct unfreeze_args *a)
{
	struct freezer f = { .frozen = false };
	int err = open_freezer(c, a->dir, a->inode, &f);

	if (err < 0)
		return err;
	err = reach(c, &f, deadline_in(a->timeout));
	close(f.dir);
	return err;
}
