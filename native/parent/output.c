#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/files.h"
#include "parent/functions.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/signals.h"

/* What a program of the host says. */

enum { HEAD = 4 };

struct run {
	char **words;
	int output;
	int error;
};

/* In the caller's memory (vfork): system calls only. */
static int child(void *arg)
{
	struct run *r = arg;

	default_signals();
	if (unblock_signals() < 0 || dup2(r->output, 1) < 0 || dup2(r->output, 2) < 0) {
		r->error = -errno;
		return 127;
	}
	execvp(r->words[0], r->words);
	r->error = -errno;
	return 127;
}

/* Pointers to words that each end with NUL, and one that is NULL; NULL: not such, none, or no memory. */
static char **split(char *words, size_t size)
{
	size_t count = 0, at = 0;
	char **all;

	if (size == 0 || words[size - 1] != 0)
		return NULL;
	for (size_t i = 0; i < size; i++)
		count += words[i] == 0;
	all = calloc(count + 1, sizeof(*all));
	for (size_t i = 0; all != NULL && i < count; i++, at += strlen(words + at) + 1)
		all[i] = words + at;
	return all;
}

/* A line with the exit status goes before what it has said. One that says nothing, and does not end, may be given up. */
static int attend(pid_t pid, int pidfd, int fd, size_t limit, struct blob *b)
{
	int err, status;

	b->size = HEAD;
	err = read_to_end(fd, &default_cancel, 0, limit, b);
	close(fd); /* who has more to say gets SIGPIPE */
	if (err == 0)
		err = wait_readable(pidfd, default_cancel, -1);
	if (err < 0)
		SYS(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	status = reap_child(pid);
	if (err < 0 || status < 0)
		return err < 0 ? err : status;
	b->data[0] = (uint8_t)('0' + status / 100);
	b->data[1] = (uint8_t)('0' + status / 10 % 10);
	b->data[2] = (uint8_t)('0' + status % 10);
	b->data[3] = '\n';
	return 0;
}

static int run(char **words, size_t limit, struct blob *b)
{
	struct run r = { .words = words };
	cleanup_close int pidfd = -1;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	r.output = fds[1];
	pid = spawn_child(child, &r, 0, -1, &pidfd);
	close(fds[1]);
	if (pid > 0 && r.error == 0)
		return attend(pid, pidfd, fds[0], limit, b);
	close(fds[0]);
	if (pid > 0)
		reap_child(pid);
	return pid < 0 ? pid : r.error;
}

int32_t native_output(const uint8_t *words, size_t size, int32_t limit, struct blob *out)
{
	char *copy = malloc(size ? size : 1), **all = NULL;
	struct blob b = { 0 };
	int err = -ENOMEM;

	if (copy != NULL) {
		memcpy(copy, words, size);
		all = split(copy, size);
		err = all == NULL ? -EINVAL : run(all, limit < 0 ? 0 : (size_t)limit, &b);
	}
	free(all);
	free(copy);
	if (err < 0)
		free(b.data);
	else
		*out = b;
	return err;
}
