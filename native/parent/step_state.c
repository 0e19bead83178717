#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "parent/state.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"

/* mkdir is the arbiter between two creates; the lock keeps delete out until this one is done. */
int do_claim(struct parent *c, const struct claim_args *a)
{
	int root = state_root(c, true), err;

	if (root < 0)
		return root;
	if (mkdirat(root, c->common.id, 0700) < 0)
		return -errno;
	err = state_dir(c);
	if (err >= 0) {
		err = lock_state(c);
		if (err == -EBUSY || err == -ENOENT)
			return err; /* whoever has the lock removes the folder, or has done so */
		if (err == 0 && fchmod(c->dir, a->mode) < 0)
			err = -errno;
	}
	if (err >= 0)
		return 0;
	unlinkat(root, c->common.id, AT_REMOVEDIR);
	return err;
}

/* Whether the file has the mark, or with an empty mark is not there at all. */
static int check_mark(struct parent *c, const char *name, const char *mark)
{
	const size_t most = 65535; /* the mark comes after two paths, whose bytes may be escaped */
	cleanup_close int fd = openat(c->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *text;
	ssize_t size;
	int err;

	if (fd < 0)
		return errno != ENOENT ? -errno : *mark == 0 ? 0 : -ESTALE;
	text = malloc(most + 1); /* not on the stack, whose every page the compiler would touch */
	if (!text)
		return -ENOMEM;
	size = read(fd, text, most);
	err = size < 0 ? -errno : 0;
	text[size < 0 ? 0 : size] = 0;
	if (err == 0 && (*mark == 0 || strstr(text, mark) == NULL))
		err = -ESTALE;
	free(text);
	return err;
}

/* A command has looked at the container before it had the lock. Another container may have got the id since: nothing must be done to that one. */
int do_lock(struct parent *c, const struct lock_args *a)
{
	int err = state_dir(c);

	err = err < 0 ? err : lock_state(c);
	return err < 0 || *a->name == 0 ? err : check_mark(c, a->name, a->mark);
}

struct written {
	const char *temporary, *name;
	mode_t mode;
	struct stat *as; /* what it is then; NULL: nobody asks */
};

/*
 * A new file under a name of its own, then renamed: a reader sees the old content, the new, or nothing. No fsync: what it
 * describes does not outlive the machine either.
 */
static int write_file(struct parent *c, int dir, const struct written *w, struct text content)
{
	const char *temporary = w->temporary;
	int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600), err;

	if (fd < 0 && errno == EEXIST && unlinkat(dir, temporary, 0) == 0)
		fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = text_write(&c->common, content, fd);
	if (err == 0 && (fchmod(fd, w->mode) < 0 || (w->as != NULL && fstat(fd, w->as) < 0)))
		err = -errno;
	if (close(fd) < 0 && err == 0) /* a file system may tell only now what it could not write */
		err = -errno;
	if (err == 0 && renameat(dir, temporary, dir, w->name) < 0)
		err = -errno;
	if (err < 0)
		unlinkat(dir, temporary, 0);
	return err;
}

int do_record(struct parent *c, const struct record_args *a)
{
	char temporary[NAME_MAX];
	int dir = state_dir(c);

	if (dir < 0)
		return dir;
	snprintf(temporary, sizeof(temporary), ".%.200s.new", a->name);
	return write_file(c, dir, &(struct written){ temporary, a->name, a->mode, NULL }, a->content);
}

/* The caller's folder: the temporary name holds our pid, so that nothing of somebody else's is replaced. */
int do_pidfile(struct parent *c, const struct pidfile_args *a)
{
	const char *slash = strrchr(a->path, '/');
	char folder[PATH_MAX], temporary[NAME_MAX];
	struct stat st = { 0 };
	cleanup_close int dir = -1;
	int err;

	if (slash == NULL || (size_t)(slash - a->path) >= sizeof(folder))
		return -EINVAL;
	memcpy(folder, a->path, (size_t)(slash - a->path));
	folder[slash - a->path] = 0;
	dir = open(folder[0] == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	snprintf(temporary, sizeof(temporary), ".%.200s.%d", slash + 1, getpid());
	err = write_file(c, dir, &(struct written){ temporary, slash + 1, 0644, &st }, a->content);
	c->pidfile_dev = st.st_dev;
	c->pidfile_ino = st.st_ino;
	return err;
}

/*
 * After a run that has ended normally the file stays, as with runc, as somebody may read it late. A file that somebody else has written there
 * since stays, too.
 */
int undo_pidfile(struct parent *c, const struct pidfile_args *a)
{
	struct stat st;

	if (c->ended || lstat(a->path, &st) < 0 || st.st_dev != c->pidfile_dev || st.st_ino != c->pidfile_ino)
		return 0;
	return unlink(a->path) < 0 && errno != ENOENT ? -errno : 0;
}

int do_listen(struct parent *c, const struct listen_args *a)
{
	struct sockaddr_un address;
	int err = socket_in(c, a->name, &address);

	if (err < 0)
		return err;
	c->listen = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (c->listen < 0)
		return -errno;
	if (bind(c->listen, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(c->listen, 8) < 0)
		return -errno;
	return 0;
}

int do_unlink(struct parent *c, const struct unlink_args *a)
{
	int dir = state_dir(c);

	if (dir < 0)
		return dir;
	return unlinkat(dir, a->name, 0) < 0 && errno != ENOENT ? -errno : 0;
}
