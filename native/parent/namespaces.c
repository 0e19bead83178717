#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "parent/functions.h"
#include "parent/namespaces.h"
#include "shared/fd.h"
#include "shared/linux.h"

/* What namespaces are to each other (ioctl_nsfs(2)), and files that hold them. */

enum {
	GET_USERNS = 0xb701,
	GET_PARENT = 0xb702,
	GET_OWNER_UID = 0xb704,
};

#define NSFS_MAGIC 0x6e736673

/* A path of a process may lead to something else by now: a device would be opened, a fifo waited for. So it is looked at first. */
static int open_namespace(const char *path)
{
	cleanup_close int seen = open(path, O_PATH | O_CLOEXEC);
	char link[32];
	struct statfs fs;
	int fd;

	if (seen < 0 || fstatfs(seen, &fs) < 0)
		return -errno;
	if ((unsigned long)fs.f_type != NSFS_MAGIC)
		return -EINVAL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", seen);
	fd = open(link, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int step_to(int *fd, char letter)
{
	int next = letter == 'u' ? ioctl(*fd, GET_USERNS) : letter == 'p' ? ioctl(*fd, GET_PARENT) : -1;

	if (letter != 'u' && letter != 'p')
		return -EINVAL;
	if (next < 0)
		return -errno;
	close_fd(fd);
	*fd = next;
	return fcntl(next, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

int32_t native_namespace(const char *path, const char *way, struct blob *out)
{
	cleanup_close int fd = open_namespace(path);
	char text[64];
	uint32_t owner = 0;
	struct stat st;
	int type, owned;

	if (fd < 0)
		return fd;
	for (; *way; way++) {
		int err = step_to(&fd, *way);

		if (err < 0)
			return err;
	}
	type = ioctl(fd, NS_GET_NSTYPE_);
	if (type < 0 || fstat(fd, &st) < 0)
		return -errno;
	owned = ioctl(fd, GET_OWNER_UID, &owner);
	snprintf(text, sizeof(text), "%d %ju %jd", type, (uintmax_t)st.st_ino, owned < 0 ? (intmax_t)-1 : (intmax_t)owner);
	*out = (struct blob){ (uint8_t *)strdup(text), strlen(text) };
	return out->data == NULL ? -ENOMEM : 0;
}

/* Like `ip netns`: what is mounted in a folder that is a mount by itself is seen where that mount is shared, and nowhere else. */
int32_t native_pinFolder(const char *folder, int32_t shared)
{
	unsigned long kind = shared ? MS_SHARED : MS_PRIVATE;
	int err = make_folder(folder, 0755);

	if (err < 0 && err != -EEXIST)
		return err;
	if (mount("", folder, "none", kind | MS_REC, NULL) == 0)
		return 0;
	if (errno != EINVAL) /* EINVAL: it is no mount point */
		return -errno;
	if (mount(folder, folder, "none", MS_BIND | MS_REC, NULL) < 0)
		return -errno;
	return mount("", folder, "none", kind | MS_REC, NULL) < 0 ? -errno : 0;
}

/* The file to mount over: a new one, or if it need not be new one that is there and no link. */
static int open_place(const char *file, bool new, bool *made)
{
	int fd = open(file, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);
	struct stat st;

	*made = fd >= 0;
	if (fd >= 0 || new || errno != EEXIST)
		return fd < 0 ? -errno : fd;
	fd = open(file, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && !S_ISLNK(st.st_mode))
		return fd;
	close_fd(&fd);
	return -ELOOP;
}

/* By descriptors: in a folder where others may write the path could lead elsewhere from one call to the next. */
int hold_namespace(const char *path, const char *file, bool new, bool *made)
{
	cleanup_close int fd = open_namespace(path), place = -1;
	char source[32], target[32];

	*made = false;
	if (fd < 0)
		return fd;
	place = open_place(file, new, made);
	if (place < 0)
		return place;
	snprintf(source, sizeof(source), "/proc/self/fd/%d", fd);
	snprintf(target, sizeof(target), "/proc/self/fd/%d", place);
	if (mount(source, target, "none", MS_BIND, NULL) < 0) {
		int err = -errno;

		if (*made)
			unlink(file); /* nobody else's file goes */
		return err;
	}
	return 0;
}

/* The name must be free: a second pin over the first would change what it means. */
int32_t native_pin(const char *path, const char *file)
{
	bool made;

	return hold_namespace(path, file, true, &made);
}

static int is_pin(const char *file)
{
	cleanup_close int fd = open(file, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	return (unsigned long)fs.f_type == NSFS_MAGIC;
}

/* A pin that was killed before its mount has left the file, which nobody could open but root. */
static bool is_empty_place(const char *file)
{
	struct stat st;

	return lstat(file, &st) == 0 && st.st_mode == S_IFREG && st.st_size == 0;
}

/* Where its folder was mounted over itself more than once, so is the file. One with content was there before the pin, and stays. */
int32_t native_unpin(const char *file)
{
	int pin = is_pin(file);
	struct stat st;

	if (pin == 0 && !is_empty_place(file))
		return -EINVAL;
	for (; pin > 0; pin = is_pin(file))
		if (umount2(file, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			return -errno;
	if (pin < 0 || lstat(file, &st) < 0)
		return pin < 0 ? pin : -errno;
	return S_ISREG(st.st_mode) && st.st_size == 0 && unlink(file) < 0 ? -errno : 0;
}
