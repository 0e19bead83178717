#include "parent/turn.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/agent.h"
#include "parent/child.h"
#include "parent/parent.h"
#include "parent/terminal.h"
#include "parent/value.h"
#include "shared/process.h"
#include "shared/string_buffer.h"
#include "wire/interpret.h"
#include "wire/message.h"

enum { MAX_ERRNO = 4095, DEATH_MS = 10000 };

/* The first step of the init's turn number `turn`, counted from 0. */
static uint32_t turn_begins(const struct program *p, uint32_t turn)
{
	struct reader r = program_steps(p);
	uint32_t before = PARENT;
	struct step s;

	for (uint32_t i = 0; i < p->count && step_read(p, &r, &s) == 0; before = s.actor, i++)
		if (s.actor == INIT && before != INIT && turn-- == 0)
			return i;
	return p->count;
}

/*
 * The init died without a message: either in a turn that it has not finished, of which the first step is named, or because its filter forbade
 * the rest.
 */
static int init_died(struct parent *c, const struct program *p)
{
	c->common.index = c->filter_index != 0 ? c->filter_index : turn_begins(p, c->turns);
	if (wait_readable(c->pidfd, c->common.cancel, deadline_in(DEATH_MS)) == 1)
		c->exit_status = reap_child(c->common.pid);
	set_reason(c, c->exit_status == 128 + SIGKILL ? INIT_KILLED : INIT_DIED);
	return -ESRCH;
}

static bool init_returns(const struct program *p, uint32_t next)
{
	struct reader r = program_steps(p);
	struct step s;

	for (uint32_t i = 0; i < p->count && step_read(p, &r, &s) == 0; i++)
		if (i >= next && s.actor == INIT)
			return true;
	return false;
}

/* The image may have taken over the process that sends this, so the number may be no errno, and even one that cannot be negated. */
static int errno_of(const struct message *m)
{
	return m->error < 0 && m->error >= -MAX_ERRNO ? m->error : -EBADMSG;
}

int handle_message(struct parent *c, const struct message *m)
{
	switch (m->kind) {
	case PID: return adopt(c, m->error);
	case LISTENER: return take_listener(c, m);
	case TERMINAL: return take_terminal(c, m);
	case READY:
		c->ready = (m->error & HOOKS_FIRST) == 0;
		c->doomed |= (m->error & DOOMED) != 0;
		c->filter_index = m->index;
		return 0;
	case NOTE: add_note(c, m->index, errno_of(m), m->detail); return 0;
	case FAILED:
		c->common.index = m->index;
		detail(&c->common, m->detail);
		return errno_of(m);
	default: return -EBADMSG;
	}
}

/* A process keeps its name until execve gives it another one, and it has a name until it is reaped. */
static bool is_named_init(pid_t pid)
{
	static const char own[] = "ocits-init\n";
	char path[64], name[sizeof(own)];

	proc_path(path, pid, "comm");
	return read_value(path, name, sizeof(name)) == sizeof(own) - 1 && memcmp(name, own, sizeof(own) - 1) == 0;
}

/*
 * By the identity of the file that it is executed from, as the image chooses the names of its own. An init that dies gives up its memory before its
 * files, so then the link leads nowhere (proc(5), /proc/PID/exe). One that was ready may have died as its program since.
 */
bool has_executed(const struct parent *c, pid_t pid)
{
	char path[64];
	struct stat st;

	if (c->doomed || (c->ready && c->filter_index == 0))
		return !c->doomed;
	proc_path(path, pid, "exe");
	if (c->image_ino != 0 && stat(path, &st) == 0)
		return st.st_ino != c->image_ino || st.st_dev != c->image_dev;
	return c->ready && !is_named_init(pid);
}

/*
 * Waits until the init has done all its turns before `next`, of which several may be to come when the parent worked beside it. End of
 * file is success when no later turn is the init's: its last step is execve, and the socket is close-on-exec. That of an init that was
 * killed closes too, but it has not said READY.
 */
int parent_wait_turn(struct common *common, const struct program *p, uint32_t next)
{
	struct parent *c = parent_of(common);
	struct message m;

	if (c->common.sock < 0)
		return -EBADMSG;
	for (;;) {
		int ready = wait_readable(c->common.sock, c->common.cancel, -1), n;

		if (ready < 0)
			return ready;
		n = receive_message(c->common.sock, &m);
		if (n == 0)
			return init_returns(p, next) || !has_executed(c, c->common.pid) ? init_died(c, p) : 0;
		if (n > 0 && m.kind == GO) {
			if (turn_begins(p, ++c->turns) >= next)
				return 0;
		} else if (n > 0) {
			n = handle_message(c, &m);
		}
		if (n < 0)
			return n;
	}
}
