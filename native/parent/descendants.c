#include "parent/descendants.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

struct entry {
	struct started_process self;
	pid_t parent, session;
	bool dead, marked;
};

struct entries {
	struct entry *all;
	uint32_t count, room;
};

/* The fields of /proc/PID/stat from the third on (proc(5)). */
static int read_entry(pid_t pid, struct entry *p)
{
	char text[STAT_SIZE], *at;
	int err = read_stat(pid, text, &at);

	if (err < 0)
		return err;
	*p = (struct entry){ .self.pid = pid, .dead = *at == 'Z' || *at == 'X' };
	at++;
	for (int field = 4; field <= 22 && *at != 0; field++) {
		unsigned long long value = strtoull(at, &at, 10);

		if (field == 4)
			p->parent = (pid_t)value;
		else if (field == 6)
			p->session = (pid_t)value;
		else if (field == 22)
			p->self.started = value;
	}
	return 0;
}

static int add_entry(struct entries *p, pid_t pid)
{
	int err;

	if (p->count == p->room) {
		uint32_t room = p->room == 0 ? 256 : 2 * p->room;
		void *all = realloc(p->all, room * sizeof(*p->all));

		if (all == NULL)
			return -ENOMEM;
		p->all = all;
		p->room = room;
	}
	err = read_entry(pid, &p->all[p->count]);
	if (err == 0)
		p->count++;
	return err == -ENOENT || err == -ESRCH ? 0 : err;
}

static int read_entries(struct entries *p)
{
	DIR *dir = opendir("/proc");
	struct dirent *each;
	int err = dir == NULL ? -errno : 0;

	while (err == 0 && (errno = 0, each = readdir(dir)) != NULL)
		if (isdigit((unsigned char)each->d_name[0]))
			err = add_entry(p, (pid_t)strtol(each->d_name, NULL, 10));
	if (err == 0)
		err = -errno;
	if (dir != NULL)
		closedir(dir);
	return err;
}

static bool was_found(const struct descendants *d, const struct started_process *who)
{
	for (uint32_t i = 0; i < d->count; i++)
		if (d->all[i].pid == who->pid && d->all[i].started == who->started)
			return true;
	return false;
}

static bool has_marked_parent(const struct entries *p, pid_t parent)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->all[i].marked && p->all[i].self.pid == parent)
			return true;
	return false;
}

/* Marks the descendants, a generation in each turn: pids wrap around, so a child can come before its parent. */
static uint32_t mark(const struct descendants *d, struct entries *p)
{
	uint32_t living = 0;

	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < p->count; i++) {
			struct entry *who = &p->all[i];

			if (who->marked ||
			    !(who->self.pid == d->first || who->session == d->first || was_found(d, &who->self) || has_marked_parent(p, who->parent)))
				continue;
			who->marked = more = true;
			living += !who->dead;
		}
	}
	return living;
}

int find_descendants(struct descendants *d)
{
	struct entries p = { 0 };
	int err = read_entries(&p);
	uint32_t living = err < 0 ? 0 : mark(d, &p), at = 0;
	struct started_process *all = err < 0 ? NULL : malloc((living + 1) * sizeof(*all));

	if (err == 0 && all == NULL)
		err = -ENOMEM;
	if (err == 0) {
		for (uint32_t i = 0; i < p.count; i++)
			if (p.all[i].marked && !p.all[i].dead)
				all[at++] = p.all[i].self;
		free(d->all);
		d->all = all;
		d->count = living;
	}
	free(p.all);
	return err < 0 ? err : (int)living;
}

int signal_descendants(const struct descendants *d, int signal)
{
	int first = 0;

	for (uint32_t i = 0; i < d->count; i++) {
		cleanup_close int pidfd = open_process(d->all[i].pid, d->all[i].started);
		int err = pidfd < 0 ? pidfd : SYS(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);

		if (err < 0 && err != -ESRCH && first == 0)
			first = err;
	}
	return first;
}

void free_descendants(struct descendants *d)
{
	free(d->all);
	*d = (struct descendants){ 0 };
}
