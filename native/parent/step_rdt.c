#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/steps.gen.h"
#include "parent/value.h"
#include "shared/fd.h"

/* Groups of resctrl: Documentation/filesystems/resctrl.rst of the kernel. */

enum { MAX_SCHEMATA = 65536 };

/* The kernel says in a file what was wrong with the last command: "Mask out of range". */
static void last_status(struct parent *c, const char *file)
{
	char words[512];
	ssize_t n = read_value(file, words, sizeof(words));

	if (n > 0 && strcmp(words, "ok\n") != 0)
		detail_bytes(&c->common, words, words[n - 1] == '\n' ? (size_t)n - 1 : (size_t)n);
}

int do_rdt_group(struct parent *c, const struct rdt_group_args *a)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, a->path, path, sizeof(path));

	if (err < 0)
		return err;
	err = make_folder(path, 0755);
	if (err == 0)
		*(a->monitor ? &c->monitor_made : &c->class_made) = true;
	if (err == -EEXIST && a->stays)
		return 0;
	if (err == -EEXIST)
		detail(&c->common, "a group of this name was there before, and is somebody else's");
	else if (err < 0)
		last_status(c, a->status);
	return err;
}

int undo_rdt_group(struct parent *c, const struct rdt_group_args *a)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, a->path, path, sizeof(path));

	if (err < 0 || !(a->monitor ? c->monitor_made : c->class_made) || (a->stays && c->ended))
		return err;
	return rmdir(path) < 0 && errno != ENOENT ? -errno : 0;
}

int do_rdt_find(struct parent *c, const struct rdt_find_args *a)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, a->path, path, sizeof(path));
	struct stat st;

	if (err == 0 && stat(path, &st) < 0)
		err = -errno;
	return err == 0 && !S_ISDIR(st.st_mode) ? -ENOTDIR : err;
}

/* Without blanks, `0x` and leading zeros; *size up to a `;` or the line's end. */
static const char *digits(const char *number, size_t *size)
{
	number += strspn(number, " \t");
	if (strncasecmp(number, "0x", 2) == 0)
		number += 2;
	*size = strcspn(number, "; \t\n");
	for (; *size > 1 && *number == '0'; --*size)
		number++;
	return number;
}

/* The kernel pads what it shows: `0x0F`, `00f` and `f` are one number. */
static bool same_number(const char *a, const char *b)
{
	size_t m, n;

	a = digits(a, &m);
	b = digits(b, &n);
	return m == n && strncasecmp(a, b, m) == 0;
}

/* `domains`: "0=ff;1=f0". The value of the domain with this number, in what the kernel shows; NULL if it has none. */
static const char *value_of(const char *domains, const char *number)
{
	for (const char *at = domains; *at != 0 && *at != '\n';) {
		const char *equals = at + strcspn(at, "=;\n");

		if (*equals == '=' && strtoul(at, NULL, 10) == strtoul(number, NULL, 10))
			return equals + 1;
		at = equals + strcspn(equals, ";\n");
		at += *at == ';';
	}
	return NULL;
}

/* The domains of a resource, behind "L3:", in what the kernel shows; NULL if it does not have it. */
static const char *domains_of(const char *shown, const char *name, size_t size)
{
	while (*shown != 0) {
		shown += strspn(shown, " \t");
		if (strncmp(shown, name, size) == 0 && shown[size] == ':')
			return shown + size + 1;
		shown += strcspn(shown, "\n");
		shown += *shown == '\n';
	}
	return NULL;
}

/* Whether a group has what one line asks for; domains that it does not name may have anything. */
static bool has_line(const char *shown, const char *line)
{
	const char *name = line + strspn(line, " \t"), *domains;
	size_t size = strcspn(name, ":\n");

	if (*name == 0 || *name == '\n')
		return true;
	domains = name[size] == ':' ? domains_of(shown, name, size) : NULL;
	for (const char *at = name + size + 1; domains != NULL && *at != 0 && *at != '\n';) {
		const char *equals = at + strcspn(at, "=;\n");
		const char *value = *equals == '=' ? value_of(domains, at) : NULL;

		if (value == NULL || !same_number(value, equals + 1))
			return false;
		at = equals + strcspn(equals, ";\n");
		at += *at == ';';
	}
	return domains != NULL;
}

static int compare(struct parent *c, const char *path, const char *schemata)
{
	char *shown = malloc(MAX_SCHEMATA);
	ssize_t n = shown == NULL ? -ENOMEM : read_value(path, shown, MAX_SCHEMATA);
	int err = n < 0 ? (int)n : 0;

	for (const char *line = schemata; err == 0 && *line != 0; line += *line == '\n') {
		if (!has_line(shown, line)) {
			detail(&c->common, "the class of service exists and has another schema");
			err = -EEXIST;
		}
		line += strcspn(line, "\n");
	}
	free(shown);
	return err;
}

/* The kernel wants each write to end in a newline. */
static int write_lines(const char *path, const char *schemata)
{
	size_t size = strlen(schemata);
	char *lines = malloc(size + 1);
	int err;

	if (lines == NULL)
		return -ENOMEM;
	memcpy(lines, schemata, size);
	lines[size] = '\n';
	err = write_value(path, lines, size + (size == 0 || lines[size - 1] != '\n'));
	free(lines);
	return err;
}

/* A class that exists already is not changed, as others are in it (config-linux.md, IntelRdt). */
int do_rdt_schemata(struct parent *c, const struct rdt_schemata_args *a)
{
	char path[PATH_MAX];
	int err = text_fill(&c->common, a->path, path, sizeof(path));

	if (err == 0 && strlen(path) + sizeof("/schemata") > sizeof(path))
		err = -ENAMETOOLONG;
	if (err < 0)
		return err;
	strcat(path, "/schemata");
	if (!c->class_made)
		return compare(c, path, a->schemata);
	err = write_lines(path, a->schemata);
	if (err < 0)
		last_status(c, a->status);
	return err;
}

/* Tasks that are still inside fall back to the group above. */
int do_rdt_remove(struct parent *c, const struct rdt_remove_args *a)
{
	struct texts dirs = a->dirs;
	char path[PATH_MAX];

	for (uint32_t i = 0; i < a->dirs.count; i++) {
		int err = text_fill(&c->common, next_text(&dirs), path, sizeof(path));

		if (err == 0 && rmdir(path) < 0 && errno != ENOENT)
			err = -errno;
		if (err < 0) {
			detail(&c->common, path);
			return err;
		}
	}
	return 0;
}
