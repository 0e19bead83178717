#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/hook.h"
#include "shared/signals.h"
#include "shared/steps.gen.h"
#include "shared/string_buffer.h"

enum { OUTPUT_SIZE = 768 };

struct run {
	const struct hook_args *hook;
	const struct common *c;
	int state, output;
	int error;
};

/*
 * All but the standard streams. What is to be closed for the container's process is so by now; under a filter that forbids close_range(2)
 * the preserved ones are left.
 */
static int close_rest(const struct common *c)
{
	int err = SYS(SYS_close_range, 3, ~0U, 0);

	for (int fd = 3; err < 0; fd++) {
		if (fd >= (int)c->fd_count)
			return 0;
		if (SYS(SYS_close, fd) < 0)
			return err;
	}
	return err;
}

/* The limit of open files that the caller has set, where the init has raised it for its mounts. */
static int caller_limit(const struct common *c)
{
	const uint64_t limits[2] = { c->files.rlim_cur, c->files.rlim_max };

	return c->files.rlim_max == 0 ? 0 : SYS(SYS_prlimit64, 0, RLIMIT_NOFILE, limits, NULL);
}

/* In the caller's memory (vfork): system calls only. A group of its own, so that a timeout ends what it has started too. */
static int child(void *arg)
{
	struct run *r = arg;

	setpgid(0, 0);
	default_signals(); /* under a filter that forbids it the init has done so before */
	if (unblock_signals() < 0 || dup2(r->state, 0) < 0 || dup2(r->output, 1) < 0 || dup2(r->output, 2) < 0 || chdir(r->hook->cwd) < 0) {
		r->error = -errno;
		return 127;
	}
	if (r->c->umask != 0)
		umask(r->c->umask);
	r->error = close_rest(r->c);
	if (r->error == 0)
		r->error = caller_limit(r->c);
	if (r->error < 0)
		return 127;
	r->error = SYS(SYS_execve, r->hook->path, r->hook->args.all, r->hook->inherit ? environ : r->hook->env.all);
	return 127;
}

/*
 * The state goes into a memfd, not a pipe: a hook that does not read it cannot block or kill us, whatever its size, and one
 * that reads gets its end.
 */
static int state_file(struct common *c, struct text state)
{
	cleanup_close int fd = memfd_create("state", MFD_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = text_write(c, state, fd);
	if (err < 0)
		return err;
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : steal_fd(&fd);
}

/* Reads what is there; keeps the beginning, drops the rest, so that the hook never blocks on us. */
static void drain(int fd, char *text, size_t *used)
{
	char rest[512];

	for (;;) {
		bool full = *used >= OUTPUT_SIZE - 1;
		ssize_t n = full ? read(fd, rest, sizeof(rest)) : read(fd, text + *used, OUTPUT_SIZE - 1 - *used);

		if (n <= 0 && !(n < 0 && errno == EINTR))
			return;
		if (n > 0 && !full)
			*used += (size_t)n;
	}
}

/* 0 when the hook has ended, -ETIME, -ECANCELED or -errno. */
static int attend(struct common *c, int pidfd, int output, const struct hook_args *a, char *text)
{
	const int64_t deadline = a->timeout == 0 ? -1 : deadline_in(a->timeout);
	size_t used = 0;
	bool open = true;

	for (;;) {
		struct pollfd fds[] = { { pidfd, POLLIN, 0 }, { open ? output : -1, POLLIN, 0 }, { c->cancel, POLLIN, 0 } };
		int n = poll(fds, 3, deadline_left(deadline));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 0)
			continue;
		if (fds[1].revents)
			drain(output, text, &used);
		if ((fds[1].revents & POLLHUP) != 0)
			open = false;
		text[used] = 0;
		if (fds[0].revents)
			return 0;
		if (n == 0)
			return -ETIME;
		if (fds[2].revents && asks_to_end(c->cancel))
			return -ECANCELED;
	}
}

static void tell(struct common *c, const struct hook_args *a, int err, int status, const char *text)
{
	char *at = c->detail, *end = c->detail + DETAIL_SIZE;

	*at = 0;
	if (err == -ETIME) {
		at = append_string(at, end, "hook ran past specified timeout of ");
		at = append_number(at, end, a->timeout / 1000);
		at = append_string(at, end, ".");
		at = append_number(at, end, a->timeout % 1000 / 100);
		append_string(at, end, "s");
	} else if (err == 0 && status != 0) {
		at = append_string(at, end, WIFSIGNALED(status) ? "signal: " : "exit status ");
		at = append_number(at, end, (uint64_t)(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
		at = append_string(at, end, text[0] != 0 ? ", output: " : "");
		append_string(at, end, text);
	}
}

static int finish(struct common *c, const struct hook_args *a, pid_t pid, int err, const char *text)
{
	int status = 0, reaped;

	if (err < 0) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	reaped = reap_as_told(pid, &status);
	tell(c, a, err, status, text);
	return err < 0 ? err : reaped < 0 ? reaped : status == 0 ? 0 : -EREMOTEIO;
}

int run_hook(struct common *c, const struct hook_args *a)
{
	cleanup_close int state = state_file(c, a->state), ours = -1, pidfd = -1;
	struct run r = { .hook = a, .c = c, .state = state };
	int pipe_fds[2], pid, err;
	char text[OUTPUT_SIZE] = "";

	if (state < 0)
		return state;
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	ours = pipe_fds[0];
	/* Only our end is non-blocking: the hook's output is an ordinary pipe. */
	fcntl(pipe_fds[1], F_SETFL, 0);
	r.output = pipe_fds[1];
	pid = spawn_child(child, &r, 0, -1, &pidfd);
	close(pipe_fds[1]); /* as long as we hold it, ours does not come to its end */
	err = pid < 0 ? pid : r.error;
	if (pid > 0 && err == 0)
		err = finish(c, a, pid, attend(c, pidfd, ours, a, text), text);
	else if (pid > 0)
		reap_child(pid);
	return err;
}

void fill_home(struct common *c, struct strs env)
{
	for (uint32_t i = 0; i < env.count && c->home != NULL; i++)
		if (strcmp(env.all[i], "HOME=") == 0)
			env.all[i] = c->home;
}

int do_hook(struct common *c, const struct hook_args *a)
{
	int err;

	fill_home(c, a->env);
	err = run_hook(c, a);
	return err == 0 || !a->lenient ? err : c->process->note(c, err);
}
