#include <errno.h>
#include <limits.h>
#include <string.h>

#include "parent/cgroup.h"
#include "parent/parent.h"
#include "parent/steps.gen.h"
#include "parent/value.h"

/*
 * A new v1 cpuset has no cpus and no mems, and no process can enter it: it takes its parent's, which may be new too (cpusets(7)).
 * `dir` is cut for a moment.
 */
static int inherit(char *dir, const char *file)
{
	char path[PATH_MAX], value[4096];
	const size_t size = strlen(dir);
	ssize_t n = 0;
	int err;

	/* Up to the first that has some … */
	while ((err = file_in(path, dir, file)) == 0) {
		char *slash = strrchr(dir, '/');

		n = read_value(path, value, sizeof(value));
		if (n < 0 || (n > 0 && value[0] != '\n') || slash == NULL) {
			err = n < 0 ? (int)n : slash == NULL ? -EINVAL : 0;
			break;
		}
		*slash = 0;
	}
	/* … and down again: the end of what is left of `dir` is where it was cut. */
	for (size_t at = strlen(dir); at < size; at = strlen(dir)) {
		dir[at] = '/';
		if (err == 0)
			err = file_in(path, dir, file);
		if (err == 0)
			err = write_value(path, value, (size_t)n);
	}
	return err;
}

int do_cpuset(struct parent *c, const struct cpuset_args *a)
{
	char dir[PATH_MAX];
	int err = text_fill(&c->common, a->dir, dir, sizeof(dir));

	if (err == 0)
		err = inherit(dir, "cpuset.cpus");
	return err < 0 ? err : inherit(dir, "cpuset.mems");
}
