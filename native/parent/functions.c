#include "parent/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parent/cgroup.h"
#include "parent/clock.h"
#include "parent/execute.h"
#include "parent/state.h"
#include "shared/caps.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "wire/interpret.h"

enum { ANSWER_SIZE = 16384 };

int default_cancel = -1;

static int32_t copy_text(const char *text, struct blob *out)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	*out = (struct blob){ (uint8_t *)copy, strlen(copy) };
	return 0;
}

int32_t native_env(const char *name, struct blob *out)
{
	const char *value = getenv(name);

	return value ? copy_text(value, out) : -ENOENT;
}

int32_t native_columns(int32_t fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) < 0 ? -errno : size.ws_col;
}

int32_t native_machine(struct blob *out)
{
	struct utsname name;

	return uname(&name) < 0 ? -errno : copy_text(name.machine, out);
}

int32_t native_able(int32_t capability)
{
	struct cap_words words[2];
	int err = get_caps(words);

	if (err < 0)
		return err;
	return capability >= 0 && capability < 64 && (words[capability / 32].effective >> capability % 32 & 1) != 0;
}

int32_t native_euid(void)
{
	return (int32_t)geteuid();
}

int32_t native_egid(void)
{
	return (int32_t)getegid();
}

int32_t native_now(struct blob *out)
{
	char text[40];

	return now(text) == NULL ? -EOVERFLOW : copy_text(text, out);
}

static int32_t knock(const struct sockaddr_un *address)
{
	cleanup_close int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 && errno != EAGAIN)
		return -errno; /* EAGAIN: it listens, and others are waiting already */
	return 0;
}

int32_t native_probe(const char *folder, const char *name)
{
	cleanup_close int fd = -1;
	struct sockaddr_un address;
	char path[PATH_MAX];
	int32_t err;

	/* Most often there is none: one call instead of six. */
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) < sizeof(path) && access(path, F_OK) < 0 && errno == ENOENT)
		return -ENOENT;
	fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = socket_below(fd, name, &address);
	return err < 0 ? err : knock(&address);
}

int32_t native_locked(const char *folder)
{
	cleanup_close int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return flock(fd, LOCK_SH | LOCK_NB) == 0 ? 0 : errno == EWOULDBLOCK ? 1 : -errno;
}

int32_t native_ours(const char *folder)
{
	cleanup_close int fd = open(folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0 ? 0 : -EPERM;
}

int32_t native_members(const char *folder, const char *inode, struct blob *out)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	char *text = NULL;
	size_t size = 0;
	FILE *list;
	int err, fd = *inode == 0 ? open(folder, flags) : open_cgroup(folder, strtoull(inode, NULL, 10));

	if (fd < 0)
		return *inode == 0 ? -errno : fd;
	list = open_memstream(&text, &size);
	err = list == NULL ? -ENOMEM : list_members(fd, list);
	if (list != NULL && fclose(list) != 0 && err == 0)
		err = -ENOMEM;
	close(fd);
	if (err < 0)
		free(text);
	else
		*out = (struct blob){ (uint8_t *)text, size };
	return err;
}

int32_t native_exposed(const char *path)
{
	return is_exposed(path);
}

int32_t native_event(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

int32_t native_pidfd(int32_t pid)
{
	return SYS(SYS_pidfd_open, pid, 0);
}

int32_t native_status(int32_t pidfd)
{
	siginfo_t info = { 0 };

	/* __WALL: the init has no exit signal. */
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	if (info.si_pid == 0)
		return -EAGAIN;
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/* The program is copied: its vectors are filled in where it lies, and must be aligned there. */
int32_t native_execute(const uint8_t *program, size_t size, const char *root, const char *id, const int32_t *fds, uint32_t fd_count, int32_t cancel,
		       struct blob *out)
{
	struct answer answer = { .bytes = malloc(ANSWER_SIZE), .capacity = ANSWER_SIZE };
	uint8_t *copy = malloc(size ? size : 1);
	int32_t err = -ENOMEM;

	if (answer.bytes && copy) {
		struct execution e = {
			.program = copy,
			.size = size,
			.root = root,
			.id = id,
			.fds = fds,
			.fd_count = fd_count,
			.cancel = cancel < 0 ? default_cancel : cancel,
		};

		if (size)
			memcpy(copy, program, size);
		err = ocits_execute(&e, &answer);
	}
	free(copy);
	if (err < 0)
		free(answer.bytes);
	else
		*out = (struct blob){ answer.bytes, answer.size };
	return err;
}

/* As execute would judge: it copies, too. */
int32_t native_check(const uint8_t *program, size_t size, struct blob *out)
{
	uint8_t *copy = malloc(size ? size : 1), *where = malloc(2 * sizeof(uint32_t));
	struct program p;
	int32_t err = copy && where ? 0 : -ENOMEM;

	if (err == 0 && size)
		memcpy(copy, program, size);
	if (err == 0 && program_check(&p, copy, size) < 0) {
		memcpy(where, &p.bad_step, sizeof(uint32_t));
		memcpy(where + sizeof(uint32_t), &p.bad_argument, sizeof(uint32_t));
		*out = (struct blob){ where, 2 * sizeof(uint32_t) };
	} else {
		free(where);
	}
	free(copy);
	return err;
}
