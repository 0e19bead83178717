#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "parent/bus.h"
#include "parent/cgroup.h"
#include "parent/child.h"
#include "parent/made.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/process.h"

/*
 * Units of systemd, org.freedesktop.systemd1(5). What is said to it comes complete with the step; here are the waits, and the one
 * number that nobody knows before: the init's pid.
 */
enum { MAX_NAME = 512 };

static bool is_error(const struct bus_message *answer, const char *name)
{
	return answer->kind == BUS_ERROR && strcmp(answer->error, name) == 0;
}

/* Whether it says that this job is done with; *result is what became of it. Others could send us a signal like it. */
static bool is_end(struct bus_message *m, const char *sender, const char *job, const char **result)
{
	const char *path;

	if (m->kind != BUS_SIGNAL || strcmp(m->member, "JobRemoved") != 0 || strcmp(m->signature, "uoss") != 0 || strcmp(m->sender, sender) != 0)
		return false;
	bus_u32(&m->body);
	path = bus_str(&m->body);
	bus_str(&m->body);
	*result = bus_str(&m->body);
	return !m->body.bad && strcmp(path, job) == 0;
}

static int keep(char out[MAX_NAME], const char *name)
{
	if (strlen(name) >= MAX_NAME)
		return -EMSGSIZE;
	strcpy(out, name);
	return 0;
}

/* A call that makes a job, to the job's end. *queued: there is a job, whatever becomes of it. */
static int run_job(struct parent *c, struct bus *b, struct bytes call, bool *queued, struct bus_message *m)
{
	char job[MAX_NAME], sender[MAX_NAME];
	const char *result = "";
	int err = bus_call(c, b, call, m);

	if (err < 0)
		return err;
	*queued = true;
	err = strcmp(m->signature, "o") == 0 ? keep(job, bus_str(&m->body)) : -EBADMSG;
	if (err == 0)
		err = m->body.bad ? -EBADMSG : keep(sender, m->sender);
	while (err == 0) {
		err = bus_receive(b, m);
		if (err == 0 && is_end(m, sender, job, &result))
			break;
	}
	if (err < 0 || strcmp(result, "done") == 0)
		return err;
	detail(&c->common, "the job of its unit ended: ");
	strncat(c->common.detail, result, DETAIL_SIZE - 1 - strlen(c->common.detail));
	return -EREMOTEIO;
}

/* What is left of a unit is forgotten; that there is nothing left is no error. */
static int forget(struct parent *c, struct bus *b, struct bytes reset)
{
	struct bus_message answer;
	int err = bus_call(c, b, reset, &answer);

	return err == -EREMOTEIO ? 0 : err;
}

/* Another unit may have the name by now, with a cgroup of its own. One that has none any more is not told from ours. */
static bool is_own_unit(const struct stop_unit_args *a)
{
	cleanup_close int fd = a->inode == 0 ? -ENOENT : open_cgroup(a->dir, a->inode);

	return fd != -ESTALE;
}

static int stop(struct parent *c, const struct stop_unit_args *a, int cancel)
{
	struct bus b = { .cancel = cancel, .deadline = deadline_in(a->timeout) };
	struct bus_message m;
	bool queued = false;
	int err = is_own_unit(a) ? bus_open(c, &b, a->bus, a->hello) : -ENOENT;

	if (err == 0) {
		err = run_job(c, &b, a->stop, &queued, &m);
		if (err == -EREMOTEIO && is_error(&m, "org.freedesktop.systemd1.NoSuchUnit"))
			err = 0;
		else if (err == 0 || err == -EREMOTEIO)
			err = forget(c, &b, a->reset);
	} else if (err == -ENOENT || err == -ECONNREFUSED) {
		err = 0; /* no systemd, no unit */
	}
	bus_close(&b);
	return err;
}

int do_stop_unit(struct parent *c, const struct stop_unit_args *a)
{
	return stop(c, a, c->common.cancel);
}

/* All processes in it are killed first, as systemd would send SIGTERM and wait long. This is done even when everything is being given up. */
static int take_down(struct parent *c, const struct unit_args *a)
{
	struct stop_unit_args unit = {
		.name = a->name,
		.bus = a->bus,
		.hello = a->hello,
		.stop = a->stop,
		.reset = a->reset,
		.timeout = a->timeout,
	};
	int killed = kill_init(c), err, stopped;

	do {
		struct texts dirs = a->dirs;

		err = 0;
		for (uint32_t i = 0; i < dirs.count && i < MAX_CGROUPS; i++) {
			int failed = remove_made(c, next_text(&dirs), i);

			if (err == 0 || failed == -EBUSY)
				err = failed;
		}
	} while (err == -EBUSY && may_wait(c));
	stopped = stop(c, &unit, -1);
	return killed < 0 ? killed : err < 0 ? err : stopped;
}

int undo_unit(struct parent *c, const struct unit_args *a)
{
	return take_down(c, a);
}

int do_set_unit(struct parent *c, const struct set_unit_args *a)
{
	struct bus b = { .cancel = c->common.cancel, .deadline = deadline_in(a->timeout) };
	struct bus_message answer;
	int err = bus_open(c, &b, a->bus, a->hello);

	if (err == 0) {
		c->common.detail[0] = 0;
		err = bus_call(c, &b, a->call, &answer);
	}
	bus_close(&b);
	return err;
}

static int start(struct parent *c, struct bus *b, const struct unit_args *a, bool *queued)
{
	struct bus_message m;
	uint32_t pid = (uint32_t)c->common.pid;
	int err;

	if (a->start.size < sizeof(pid) || a->pid_at > a->start.size - sizeof(pid))
		return -EBADMSG;
	memcpy((uint8_t *)(uintptr_t)a->start.bytes + a->pid_at, &pid, sizeof(pid));
	err = run_job(c, b, a->start, queued, &m);
	if (err != -EREMOTEIO || !is_error(&m, "org.freedesktop.systemd1.UnitExists"))
		return err;
	/* It may be one that failed and is kept to be looked at. One that lives stays. */
	err = forget(c, b, a->reset);
	return err < 0 ? err : run_job(c, b, a->start, queued, &m);
}

int do_unit(struct parent *c, const struct unit_args *a)
{
	struct bus b = { .cancel = c->common.cancel, .deadline = deadline_in(a->timeout) };
	bool queued = false;
	int err = bus_open(c, &b, a->bus, a->hello);

	if (err == 0) {
		c->common.detail[0] = 0;
		err = start(c, &b, a, &queued);
	}
	bus_close(&b);
	if (err == 0)
		err = own_cgroups(c, a->dirs, a->made);
	if (err < 0 && queued) {
		char words[DETAIL_SIZE];

		memcpy(words, c->common.detail, sizeof(words));
		take_down(c, a);
		memcpy(c->common.detail, words, sizeof(words));
	}
	return err;
}
