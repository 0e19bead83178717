#include "parent/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/child.h"
#include "parent/state.h"
#include "parent/steps.gen.h"
#include "parent/undo.h"
#include "shared/fd.h"
#include "wire/interpret.h"
#include "wire/outcome.h"

enum { NOTES_SIZE = 8192 };

static void close_all(struct parent *c)
{
	const int fds[] = { c->common.sock, c->pidfd,  c->state_root, c->dir,  c->listen, c->agent,	 c->tty,      c->master,
			    c->console,	    c->notify, c->manager,    c->file, c->intent, c->criu_pidfd, c->criu_sock };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		close_fd(&fds[i]);
	for (uint32_t i = 0; i < c->network_count; i++) {
		close_fd(&c->networks[i].ns);
		close_fd(&c->networks[i].socket);
	}
	free(c->moved);
}

int ocits_execute(const struct execution *e, struct answer *answer)
{
	static const struct process self = { PARENT, parent_step, parent_wait_turn, parent_note, parent_placeholder };
	uint8_t noted[NOTES_SIZE];
	struct answer notes = { noted, 0, sizeof(noted) };
	struct parent c = {
		.common = { .process = &self, .id = e->id, .root = e->root, .sock = -1, .cancel = e->cancel, .fd_count = e->fd_count },
		.fds = e->fds,
		.pidfd = -1,
		.criu_pidfd = -1,
		.criu_sock = -1,
		.state_root = -1,
		.dir = -1,
		.listen = -1,
		.agent = -1,
		.tty = -1,
		.master = -1,
		.console = -1,
		.notify = -1,
		.manager = -1,
		.file = -1,
		.intent = -1,
		.program = e->program,
		.program_size = (uint32_t)e->size,
		.exit_status = -1,
		.answer = &notes,
		.bad_fd = -1,
		.overdue.deadline = -1,
	};
	struct program p;
	int err;

	if (e->size > UINT32_MAX || program_check(&p, e->program, e->size) < 0)
		return -EBADMSG;
	/* This is looked at now, as descriptors that are opened from here on would fill the gaps. */
	for (uint32_t i = 0; i < e->fd_count && c.bad_fd < 0; i++)
		if (fcntl(e->fds[i], F_GETFD) < 0)
			c.bad_fd = e->fds[i];
	c.sources = p.sources;
	err = interpret(&c.common, &p);
	if (err == 0 && c.unwind)
		err = undo_all(&c, c.common.index);
	if (err < 0) {
		uint32_t index = c.common.index;
		char words[DETAIL_SIZE];

		memcpy(words, c.common.detail, sizeof(words));
		if (!c.ended && (!c.unlocked || lock_state(&c) == 0))
			undo_all(&c, c.common.past > index ? c.common.past : index);
		else if (!c.ended)
			kill_init(&c); /* somebody else has deleted the container: only the child is ours */
		c.common.index = index;
		memcpy(c.common.detail, words, sizeof(words));
		if (c.patient && c.exit_status == 0)
			err = 0; /* it was done already when this command was to end */
	}
	outcome_write(answer,
		      &(struct outcome){
			      .index = err < 0 ? (int32_t)c.common.index : -1,
			      .error = -err,
			      .pid = c.common.pid,
			      .exit_status = c.exit_status,
			      .start_time = c.start_time,
			      .started = c.started,
			      .reason = err < 0 ? c.reason : NO_REASON,
			      .detail = err < 0 ? c.common.detail : "",
		      },
		      &notes, c.notes);
	close_all(&c);
	return 0;
}
