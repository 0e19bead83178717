#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parent/files.h"
#include "parent/functions.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"

enum { FIRST_SIZE = 4096 };

static bool grow(struct blob *b, size_t *capacity, size_t wanted)
{
	size_t size = *capacity ? *capacity : FIRST_SIZE;
	uint8_t *data;

	while (size < wanted)
		size *= 2;
	if (size == *capacity)
		return true;
	data = realloc(b->data, size);
	if (!data)
		return false;
	b->data = data;
	*capacity = size;
	return true;
}

/* Files of procfs say that they are empty: there only the read that gives nothing tells the end. One that has been read as long as it was is read. */
int32_t read_to_end(int fd, const int *cancel, size_t expected, size_t limit, struct blob *b)
{
	size_t capacity = 0, end = b->size + expected;

	if (!grow(b, &capacity, end + 1))
		return -ENOMEM;
	for (;;) {
		int ready = cancel == NULL ? 0 : wait_readable(fd, *cancel, -1);
		ssize_t n;

		if (ready < 0)
			return ready;
		n = read(fd, b->data + b->size, capacity - b->size);
		if (n < 0 && (errno == EINTR || (errno == EAGAIN && cancel != NULL)))
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		b->size += (size_t)n;
		if (b->size > limit)
			return -EFBIG;
		if (expected > 0 && b->size == end)
			return 0;
		if (b->size == capacity && !grow(b, &capacity, capacity * 2))
			return -ENOMEM;
	}
}

/* O_NONBLOCK: the open of a fifo without a writer would wait. */
int open_regular(int folder, const char *path, int follow, struct stat *st)
{
	cleanup_close int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | follow);

	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	if (S_ISREG(st->st_mode))
		return steal_fd(&fd);
	return S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
}

int32_t read_regular(int fd, const struct stat *st, int32_t limit, struct blob *out)
{
	struct blob b = { 0 };
	int32_t err = st->st_size > limit ? -EFBIG : read_to_end(fd, NULL, (size_t)st->st_size, (size_t)limit, &b);

	if (err < 0)
		free(b.data);
	else
		*out = b;
	return err;
}

static int32_t read_file(const char *path, int follow, int32_t limit, struct blob *out)
{
	struct stat st;
	cleanup_close int fd = limit < 0 ? -EINVAL : open_regular(AT_FDCWD, path, follow, &st);

	return fd < 0 ? fd : read_regular(fd, &st, limit, out);
}

int32_t native_read(const char *path, int32_t limit, struct blob *out)
{
	return read_file(path, 0, limit, out);
}

int32_t native_readOwn(const char *path, int32_t limit, struct blob *out)
{
	return read_file(path, O_NOFOLLOW, limit, out);
}

int32_t native_readBytes(const char *path, int32_t limit, struct blob *out)
{
	return native_read(path, limit, out);
}

static int32_t list_names(DIR *dir, struct blob *b)
{
	size_t capacity = 0;

	for (;;) {
		struct dirent *entry;
		size_t size;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		size = strlen(entry->d_name) + 1;
		if (!grow(b, &capacity, b->size + size))
			return -ENOMEM;
		memcpy(b->data + b->size, entry->d_name, size);
		b->size += size;
	}
}

int32_t native_list(const char *folder, struct blob *out)
{
	struct blob b = { 0 };
	DIR *dir = opendir(folder);
	int32_t err;

	if (!dir)
		return -errno;
	err = list_names(dir, &b);
	closedir(dir);
	if (err < 0)
		free(b.data);
	else
		*out = b;
	return err;
}

int32_t native_mode(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? -errno : (int32_t)st.st_mode;
}

int32_t native_link(const char *path, struct blob *out)
{
	char *target = malloc(PATH_MAX);
	ssize_t n;

	if (!target)
		return -ENOMEM;
	n = readlink(path, target, PATH_MAX);
	if (n < 0) {
		int32_t err = -errno;

		free(target);
		return err;
	}
	*out = (struct blob){ (uint8_t *)target, (size_t)n };
	return 0;
}

int32_t native_real(const char *path, struct blob *out)
{
	char *real = realpath(path, NULL);

	if (!real)
		return -errno;
	*out = (struct blob){ (uint8_t *)real, strlen(real) };
	return 0;
}

int32_t native_same(const char *path, const char *other)
{
	struct stat a, b;

	if (stat(path, &a) < 0 || stat(other, &b) < 0)
		return -errno;
	return is_same_file(&a, &b);
}

int32_t native_create(const char *path, const uint8_t *content, size_t size, int32_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode & 0777);
	int32_t err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, content, size);
	if (close(fd) < 0 && err == 0 && errno != EINTR) /* a file system may tell only now what it could not write */
		err = -errno;
	if (err < 0)
		unlink(path); /* it was made here: nobody else's file goes */
	return err;
}

/* O_NONBLOCK: a log that is a fifo nobody reads fails, it does not hang. */
int32_t native_append(const char *path, const char *text)
{
	cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);

	return fd < 0 ? -errno : write_all(fd, text, strlen(text));
}

/*
 * A writable pipe takes PIPE_BUF bytes without a wait (pipe(7)), so all waiting happens in ppoll, and there with no signal
 * blocked: who waits for a reader that never comes can be ended, though the static binary blocks all signals.
 */
int32_t native_put(int32_t fd, const char *text)
{
	size_t size = strlen(text);
	sigset_t none;

	sigemptyset(&none);
	while (size) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		size_t chunk = size < PIPE_BUF ? size : PIPE_BUF;
		ssize_t n = -1;

		if (ppoll(&p, 1, NULL, &none) > 0)
			n = write(fd, text, chunk);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}
