#include "init/long_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "init/mounts.h"
#include "init/undo_mounts.h"
#include "shared/fd.h"
#include "shared/linux.h"

enum { VALUE_SIZE = 256, PAGE = 4096 };

static bool is_long(const char *option)
{
	const char *equals = strchr(option, '=');

	return equals != NULL && strlen(equals + 1) >= VALUE_SIZE;
}

bool has_long_value(const struct mount_args *a)
{
	bool found = strlen(a->source) >= VALUE_SIZE;

	for (uint32_t i = 0; i < a->options.count && !found; i++)
		found = is_long(a->options.all[i]);
	return found;
}

/* The flags of mount(2) for those of mount_setattr(2); the first four are the same. */
static unsigned long flags_of(uint64_t attrs)
{
	return (attrs & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)) | (attrs & 0x10 ? MS_NOATIME : 0) | (attrs & 0x20 ? MS_STRICTATIME : 0) |
	       (attrs & 0x80 ? MS_NODIRATIME : 0) | (attrs & 0x200000 ? 256 : 0);
}

/* The value of a label may have a comma, `context=u:r:t:s0:c1,c2`. Without quotes mount(2) would end it there. */
static const char *unquoted(const char *option)
{
	const char *equals = strchr(option, '=');
	bool label = equals != NULL && equals - option >= 7 && memcmp(equals - 7, "context", 7) == 0;

	return label && equals[1] != '"' && strchr(equals, ',') != NULL ? equals + 1 : NULL;
}

/* The options as mount(2) takes them, with commas between. */
static int join(const struct mount_args *a, const char *first, char data[PAGE])
{
	size_t used = strlen(first);

	memcpy(data, first, used + 1);
	if (used > 0)
		data[used++] = ',';
	for (uint32_t i = 0; i < a->options.count; i++) {
		const char *option = a->options.all[i], *value = unquoted(option);
		size_t size = strlen(option), name = value == NULL ? size : (size_t)(value - option);

		if (used + size + (value == NULL ? 1 : 3) > PAGE)
			return -E2BIG;
		memcpy(data + used, option, name);
		used += name;
		if (value != NULL) {
			data[used++] = '"';
			memcpy(data + used, value, size - name);
			used += size - name;
			data[used++] = '"';
		}
		data[used++] = ',';
	}
	data[used == 0 ? 0 : used - 1] = 0;
	return 0;
}

/* mount(2) does not tell which option it refuses. For options that are short enough fsconfig(2) tells it. */
static void explain(struct init *c, const struct mount_args *a)
{
	cleanup_close int fs = SYS(SYS_fsopen, a->fs, FSOPEN_CLOEXEC_);

	for (uint32_t i = 0; i < a->options.count && fs >= 0; i++) {
		const char *option = a->options.all[i];

		if (is_long(option) || configure(fs, option) == 0)
			continue;
		read_log(c, fs, option);
		return;
	}
}

/* The init changes its directory to the target, so that no path is named. */
static int mount_here(const struct mount_args *a, int target, const char *data)
{
	cleanup_close int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (here < 0)
		return -errno;
	if (fchdir(target) < 0 || mount(a->source[0] != 0 ? a->source : "none", ".", a->fs, flags_of(a->attrs), data) < 0)
		err = -errno;
	return fchdir(here) < 0 && err == 0 ? -errno : err;
}

/* What is mounted on a folder: in it as a root, `..` leads to the topmost mount there, as `/..` does. */
static int open_mounted(int folder)
{
	struct open_how_ how = { O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT_ | RESOLVE_NO_MAGICLINKS_ };

	return SYS(SYS_openat2, folder, "..", &how, sizeof(how));
}

int mount_long(struct init *c, const struct mount_args *a, int target, const char *first)
{
	cleanup_close int mounted = -1;
	char data[PAGE];
	int err = join(a, first, data);

	if (err == 0)
		err = mount_here(a, target, data);
	if (err == -EINVAL)
		explain(c, a);
	if (err < 0 || (a->propagation == 0 && c->held_proc < 0))
		return err;
	mounted = open_mounted(target);
	err = mounted < 0 ? mounted : keep_mount(c, mounted);
	if (err < 0 && c->held_proc >= 0)
		unmount_at(c, target); /* what is topmost there */
	return err < 0 ? err : set_attributes(mounted, false, 0, 0, a->propagation);
}
