#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent/steps.gen.h"
#include "parent/value.h"
#include "shared/fd.h"

/* Lines of cgroup files: what `linux.resources` becomes. */

static int open_text(struct parent *c, struct text name)
{
	char path[PATH_MAX];
	int fd, err = text_fill(&c->common, name, path, sizeof(path));

	if (err < 0)
		return err;
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The rules of a device cgroup are a dozen values for two files: a file stays open until another one is written. */
static int write_text(struct parent *c, struct text name, const char *value)
{
	if (c->file < 0 || name.size != c->file_name.size || memcmp(name.bytes, c->file_name.bytes, name.size) != 0) {
		int fd = open_text(c, name);

		if (fd < 0)
			return fd;
		close_fd(&c->file);
		c->file = fd;
		c->file_name = name;
	}
	return write(c->file, value, strlen(value)) < 0 ? -errno : 0;
}

int do_write(struct parent *c, const struct write_args *a)
{
	int err = write_text(c, a->path, a->value);

	return err == -ENOENT && a->missing_ok ? 0 : err;
}

int do_write_either(struct parent *c, const struct write_either_args *a)
{
	int err = write_text(c, a->path, a->value);

	return err == -ENOENT ? write_text(c, a->other_path, a->other_value) : err;
}

/* Whether a list of words, as cgroup.subtree_control reads, has one of them. */
static bool has_word(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += size)
		if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\n' || at[size] == 0))
			return true;
	return false;
}

/* ` +cpu +memory` for those that the list lacks. */
static int missing_words(const char *list, struct strs words, char *out, size_t size)
{
	size_t used = strlen(out);

	for (uint32_t i = 0; i < words.count; i++) {
		int n = has_word(list, words.all[i]) ? 0 : snprintf(out + used, size - used, " +%s", words.all[i]);

		if (n < 0 || (size_t)n >= size - used)
			return -E2BIG;
		used += (size_t)n;
		out[used] = 0;
	}
	return 0;
}

static int enable_each(const char *path, const char *list, struct strs words)
{
	int first = 0;

	for (uint32_t i = 0; i < words.count; i++) {
		char one[64] = "";
		int err = missing_words(list, (struct strs){ words.all + i, 1 }, one, sizeof(one));

		if (err == 0 && *one != 0)
			err = write_value(path, one, strlen(one));
		if (first == 0)
			first = err;
	}
	return first;
}

/*
 * All at once, or, as the kernel takes all or none, each alone. A level that has them is only read, which takes no lock. EBUSY: there
 * are processes in it. Some controllers would come down all the same, and make a thread root of it, below which nobody can be born.
 */
static int enable_at(const char *path, const struct enable_args *a)
{
	char list[1024], all[1024] = "";
	ssize_t n = read_value(path, list, sizeof(list));
	int err = n < 0 ? (int)n : missing_words(list, a->needed, all, sizeof(all));
	bool must = *all != 0;

	if (err == 0)
		err = missing_words(list, a->wanted, all, sizeof(all));
	if (err < 0 || *all == 0)
		return err;
	err = write_value(path, all, strlen(all));
	if (err == 0 || err == -EBUSY)
		return must ? err : 0;
	enable_each(path, list, a->wanted);
	return enable_each(path, list, a->needed);
}

int do_enable(struct parent *c, const struct enable_args *a)
{
	static const char file[] = "/cgroup.subtree_control";
	struct texts dirs = a->dirs;
	char path[PATH_MAX];
	int err = 0;

	for (uint32_t i = 0; i < dirs.count && err == 0; i++) {
		err = text_fill(&c->common, next_text(&dirs), path, sizeof(path) - sizeof(file));
		if (err < 0)
			break;
		strcat(path, file);
		err = enable_at(path, a);
		if (err < 0)
			detail(&c->common, path);
	}
	return err;
}

static int change(const char *path, const char *value)
{
	/* Nothing at all is written as a line without words: a write of no bytes is none. */
	const char *words = *value == 0 ? "\n" : value;

	return write_value(path, words, strlen(words));
}

int do_change(struct parent *c, const struct change_args *a)
{
	(void)c;
	return change(a->path, a->value);
}

int undo_change(struct parent *c, const struct change_args *a)
{
	(void)c;
	return change(a->path, a->was);
}
