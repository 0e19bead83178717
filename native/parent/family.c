#include "parent/family.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parent/value.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/string_buffer.h"

struct person {
	struct relative self;
	pid_t parent, session;
	bool dead, related;
};

struct people {
	struct person *all;
	uint32_t count, room;
};

/* /proc/PID/stat, proc(5): the name may hold anything, so the last `)` ends it. The fields after it are counted from 3. */
static int read_person(pid_t pid, struct person *p)
{
	char path[64], text[1024], *at;
	ssize_t n;

	proc_path(path, pid, "stat");
	n = read_value(path, text, sizeof(text));
	if (n < 0)
		return (int)n;
	at = strrchr(text, ')');
	if (at == NULL || n < at - text + 4)
		return -ESRCH; /* it has been reaped meanwhile */
	*p = (struct person){ .self.pid = pid, .dead = at[2] == 'Z' || at[2] == 'X' };
	at += 3;
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

static int add_person(struct people *p, pid_t pid)
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
	err = read_person(pid, &p->all[p->count]);
	if (err == 0)
		p->count++;
	return err == -ENOENT || err == -ESRCH ? 0 : err;
}

static int everybody(struct people *p)
{
	DIR *dir = opendir("/proc");
	struct dirent *each;
	int err = dir == NULL ? -errno : 0;

	while (err == 0 && (errno = 0, each = readdir(dir)) != NULL)
		if (isdigit((unsigned char)each->d_name[0]))
			err = add_person(p, (pid_t)strtol(each->d_name, NULL, 10));
	if (err == 0)
		err = -errno;
	if (dir != NULL)
		closedir(dir);
	return err;
}

static bool was_found(const struct family *f, const struct relative *who)
{
	for (uint32_t i = 0; i < f->count; i++)
		if (f->all[i].pid == who->pid && f->all[i].started == who->started)
			return true;
	return false;
}

static bool has_related_parent(const struct people *p, pid_t parent)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->all[i].related && p->all[i].self.pid == parent)
			return true;
	return false;
}

/* Each turn finds the next generation. Numbers of pids begin anew, so children may stand before their parents. */
static uint32_t relate(const struct family *f, struct people *p)
{
	uint32_t living = 0;

	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < p->count; i++) {
			struct person *who = &p->all[i];

			if (who->related || !(who->self.pid == f->first || who->session == f->first || was_found(f, &who->self) ||
					      has_related_parent(p, who->parent)))
				continue;
			who->related = more = true;
			living += !who->dead;
		}
	}
	return living;
}

int find_family(struct family *f)
{
	struct people p = { 0 };
	int err = everybody(&p);
	uint32_t living = err < 0 ? 0 : relate(f, &p), at = 0;
	struct relative *all = err < 0 ? NULL : malloc((living + 1) * sizeof(*all));

	if (err == 0 && all == NULL)
		err = -ENOMEM;
	if (err == 0) {
		for (uint32_t i = 0; i < p.count; i++)
			if (p.all[i].related && !p.all[i].dead)
				all[at++] = p.all[i].self;
		free(f->all);
		f->all = all;
		f->count = living;
	}
	free(p.all);
	return err < 0 ? err : (int)living;
}

int signal_family(const struct family *f, int signal)
{
	int first = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		cleanup_close int pidfd = open_process(f->all[i].pid, f->all[i].started);
		int err = pidfd < 0 ? pidfd : SYS(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);

		if (err < 0 && err != -ESRCH && first == 0)
			first = err;
	}
	return first;
}

void free_family(struct family *f)
{
	free(f->all);
	*f = (struct family){ 0 };
}
