#include "parent/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "wire/interpret.h"
#include "wire/message.h"
#include "parent/parent.h"
#include "parent/steps.gen.h"
#include "shared/process.h"
#include "shared/words.h"

enum { NOTES_SIZE = 8192, UNDO_ROOM = 256 };

static void put(struct answer *a, const void *bytes, size_t size)
{
	if (a->size + size > a->capacity)
		return;
	memcpy(a->bytes + a->size, bytes, size);
	a->size += size;
}

static void put_text(struct answer *a, const char *words)
{
	uint32_t size = (uint32_t)strlen(words);

	put(a, &size, sizeof(size));
	put(a, words, size);
}

void add_note(struct parent *c, uint32_t place, int error, const char *words)
{
	struct answer *a = c->answer;
	int32_t head[2] = { (int32_t)place, -error };

	/* All or nothing: a note that is cut would spoil those after it. */
	if (a->size + sizeof(head) + 4 + strlen(words) > a->capacity)
		return;
	put(a, head, sizeof(head));
	put_text(a, words);
	c->notes++;
}

int parent_note(struct common *c, int error)
{
	add_note(parent_of(c), c->place, error, c->detail);
	return 0;
}

/* Notes come as they happen, the result last: they are collected apart and appended. */
static void conclude(const struct parent *c, struct answer *answer, int error)
{
	int32_t head[4] = { error < 0 ? (int32_t)c->common.place : -1, -error, c->common.pid, c->exit_status };
	uint64_t started = c->start_time;
	uint32_t theirs = c->started;
	const struct answer *notes = c->answer;

	put(answer, head, sizeof(head));
	put(answer, &started, sizeof(started));
	put(answer, &theirs, sizeof(theirs));
	put_text(answer, error < 0 ? c->common.detail : "");
	put(answer, &c->notes, sizeof(c->notes));
	put(answer, notes->bytes, notes->size);
}

struct made {
	uint32_t place;
	uint8_t *at;
};

/* The last undoable steps before `end`, as many as there is room for, in a ring; their number. */
static uint32_t find_made(const struct program *p, uint32_t end, struct made ring[UNDO_ROOM])
{
	struct reader r = program_steps(p);
	uint32_t count = 0;
	struct step s;

	for (uint32_t i = 0; i < end; i++) {
		uint8_t *before = r.at;

		if (step_read(p, &r, &s) < 0)
			break;
		if (s.actor == PARENT && step_undoes(s.op))
			ring[count++ % UNDO_ROOM] = (struct made){ i, before };
	}
	return count;
}

static int undo_one(struct parent *c, const struct program *p, const struct made *made)
{
	struct reader r = program_steps(p);
	struct step s;
	int err;

	c->common.detail[0] = 0;
	r.at = made->at;
	err = step_read(p, &r, &s);
	if (err == 0)
		err = undo_step(c, s.op, &s.args);
	if (err < 0)
		add_note(c, made->place, err, c->common.detail);
	return s.op == OP_UNDO_HOOK ? 0 : err;
}

/* Nothing is allocated, as undo must not fail: a program with more of them than there is room for is walked again. */
int undo_all(struct parent *c, uint32_t end)
{
	char words[DETAIL_SIZE] = "";
	struct made ring[UNDO_ROOM];
	struct program p;
	int first = 0;

	if (program_open(&p, c->program, c->program_size) < 0)
		return -EBADMSG;
	for (uint32_t count = UNDO_ROOM + 1; count > UNDO_ROOM;) {
		count = find_made(&p, end, ring);
		for (uint32_t i = 0; i < count && i < UNDO_ROOM; i++) {
			const struct made *made = &ring[(count - 1 - i) % UNDO_ROOM];
			int err = undo_one(c, &p, made);

			end = made->place;
			if (err < 0 && first == 0) {
				first = err;
				c->left = true;
				memcpy(words, c->common.detail, sizeof(words));
			}
		}
	}
	memcpy(c->common.detail, words, sizeof(words));
	return first;
}

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

/* The init died without a word: it was at the first step of a turn that it has not ended, or its filter kept it from all that was left. */
static int init_died(struct parent *c, const struct program *p)
{
	c->common.place = c->filter_place != 0 ? c->filter_place : turn_begins(p, c->turns);
	c->exit_status = reap_child(c->common.pid);
	detail(&c->common, c->exit_status == 128 + 9 ? "the init was killed" : "the init died");
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

int heed(struct parent *c, const struct message *m)
{
	uint64_t address;

	switch (m->kind) {
	case PID:
		return adopt(c, m->error);
	case LISTENER:
		memcpy(&address, m->detail, sizeof(address));
		return pass_listener(c, m->error, address);
	case READY:
		c->ready = (m->error & HOOKS_FIRST) == 0;
		c->doomed |= (m->error & DOOMED) != 0;
		c->filter_place = m->place;
		return 0;
	case NOTE:
		add_note(c, m->place, m->error, m->detail);
		return 0;
	case FAILED:
		c->common.place = m->place;
		detail(&c->common, m->detail);
		return m->error < 0 ? m->error : -EBADMSG;
	default:
		return -EBADMSG;
	}
}

/* A name stays with a process until execve gives it another, and is there as long as nobody has reaped it. */
static bool is_named_init(pid_t pid)
{
	static const char own[] = "ocits-init\n";
	char path[64], name[sizeof(own)];

	proc_path(path, pid, "comm");
	return read_value(path, name, sizeof(name)) == sizeof(own) - 1 && memcmp(name, own, sizeof(own) - 1) == 0;
}

/*
 * An init that dies gives up its memory before its files, so then the link leads nowhere (proc(5), /proc/PID/exe). One that was ready may
 * have died as its program since.
 */
bool has_executed(const struct parent *c, pid_t pid)
{
	static const char own[] = "/memfd:ocits-init";
	char path[64], target[sizeof(own)];

	if (c->doomed || (c->ready && c->filter_place == 0))
		return !c->doomed;
	proc_path(path, pid, "exe");
	if (readlink(path, target, sizeof(own)) >= 0)
		return memcmp(target, own, sizeof(own) - 1) != 0;
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
			n = heed(c, &m);
		}
		if (n < 0)
			return n;
	}
}

static void close_all(struct parent *c)
{
	const int fds[] = { c->common.sock, c->pidfd, c->state_root, c->dir, c->listen, c->agent, c->file, c->intent };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int ocits_execute(const struct execution *e, struct answer *answer)
{
	static const struct process self = { PARENT, parent_step, parent_wait_turn, parent_note, parent_hole };
	uint8_t noted[NOTES_SIZE];
	struct answer notes = { noted, 0, sizeof(noted) };
	struct parent c = {
		.common = { .process = &self, .id = e->id, .root = e->root, .sock = -1, .cancel = e->cancel },
		.fds = e->fds, .fd_count = e->fd_count, .pidfd = -1, .state_root = -1, .dir = -1, .listen = -1, .agent = -1, .file = -1, .intent = -1,
		.program = e->program, .program_size = (uint32_t)e->size, .exit_status = -1, .answer = &notes, .bad_fd = -1,
	};
	struct program p;
	int err;

	if (e->size > UINT32_MAX || program_check(&p, e->program, e->size) < 0)
		return -EBADMSG;
	/* Now, as descriptors that are opened from here on would fill the gaps. */
	for (uint32_t i = 0; i < e->fd_count && c.bad_fd < 0; i++)
		if (fcntl(e->fds[i], F_GETFD) < 0)
			c.bad_fd = e->fds[i];
	c.sources = p.sources;
	err = interpret(&c.common, &p);
	if (err < 0) {
		uint32_t place = c.common.place;
		char words[DETAIL_SIZE];

		memcpy(words, c.common.detail, sizeof(words));
		if (!c.ended && (!c.unlocked || lock_state(&c) == 0))
			undo_all(&c, c.common.past > place ? c.common.past : place);
		c.common.place = place;
		memcpy(c.common.detail, words, sizeof(words));
	}
	conclude(&c, answer, err);
	close_all(&c);
	return 0;
}
