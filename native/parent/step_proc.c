#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "parent/steps.gen.h"
#include "parent/value.h"
#include "shared/hook.h"
#include "shared/string_buffer.h"

static int write_proc(struct parent *c, const char *file, const char *value)
{
	char path[64];
	int err;

	proc_path(path, c->common.pid, file);
	err = write_value(path, value, strlen(value));
	if (err < 0)
		detail(&c->common, file);
	return err;
}

enum { MAX_WORDS = 3 * 340 + 2 };

/*
 * newuidmap(1) and newgidmap(1) are privileged and know what /etc/subuid allows. Found at fixed places only: PATH is the
 * caller's.
 */
static int map_by_helper(struct parent *c, const char *name, const char *map)
{
	char path[64], pid[12], room[16384], *words[MAX_WORDS + 1], *save = NULL;
	struct hook_args helper = { .kind = name, .path = path, .cwd = "/", .timeout = 10000 };
	char *none[] = { NULL };
	uint32_t count = 0;
	int err;

	if (strlen(map) >= sizeof(room))
		return -E2BIG;
	snprintf(path, sizeof(path), "/usr/bin/%s", name);
	snprintf(pid, sizeof(pid), "%d", c->common.pid);
	words[count++] = path;
	words[count++] = pid;
	for (char *word = strtok_r(strcpy(room, map), " \n", &save); word != NULL && count < MAX_WORDS; word = strtok_r(NULL, " \n", &save))
		words[count++] = word;
	words[count] = NULL;
	helper.args = (struct strs){ words, count };
	helper.env = (struct strs){ none, 0 };
	err = run_hook(&c->common, &helper);
	if (err < 0 && c->common.detail[0] == 0)
		detail(&c->common, path);
	c->common.detail[strcspn(c->common.detail, "\n")] = 0;
	return err;
}

/* user_namespaces(7): setgroups must be denied before gid_map may be written without privilege, and cannot be after. */
int do_idmap(struct parent *c, const struct idmap_args *a)
{
	int err = a->deny_setgroups ? write_proc(c, "setgroups", "deny") : 0;

	if (err == 0 && a->gids[0] != 0)
		err = a->gid_helper ? map_by_helper(c, "newgidmap", a->gids) : write_proc(c, "gid_map", a->gids);
	if (err == 0 && a->uids[0] != 0)
		err = a->uid_helper ? map_by_helper(c, "newuidmap", a->uids) : write_proc(c, "uid_map", a->uids);
	return err;
}

int do_time_offsets(struct parent *c, const struct time_offsets_args *a)
{
	return write_proc(c, "timens_offsets", a->offsets);
}

int do_oom_score(struct parent *c, const struct oom_score_args *a)
{
	int err = write_proc(c, "oom_score_adj", a->value);

	if (a->lenient && (err == -EACCES || err == -EPERM)) {
		add_note(c, c->common.index, err, c->common.detail);
		err = 0;
	}
	return err;
}
