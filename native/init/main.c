#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/open_files.h"
#include "init/steps.gen.h"
#include "init/undo_mounts.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/string_buffer.h"
#include "wire/interpret.h"
#include "wire/message.h"
#include "wire/prologue.h"

/*
 * The container's init: a small static program that runs from a sealed memfd, does its steps of the plan, and becomes the
 * container's process by execve. It knows no config and takes no decision.
 */

enum { MANY = 32 };

static const char *placeholder(struct common *c, char letter, char out[40])
{
	if (letter == 'p')
		append_number(out, out + 40, (uint64_t)c->pid);
	return letter == 'p' ? out : letter == 'i' ? c->id : letter == 'r' ? c->root : NULL;
}

static int wait_turn(struct common *c, const struct program *p, uint32_t next)
{
	struct message m;

	(void)p;
	(void)next;
	/* The parent has ended, or it undoes the plan: there is nobody to tell. */
	if (receive_message(c->sock, &m) <= 0 || m.kind != GO)
		_exit(1);
	return 0;
}

static int note(struct common *c, int error)
{
	return send_message(c, NOTE, error);
}

/* The memfd is sealed: nobody can change it, and the private mapping takes the pointers of the strs. */
static int open_program(struct init *c, struct program *p, int sealed)
{
	cleanup_close int fd = sealed;
	struct prologue *head;
	struct stat st;
	uint8_t *bytes;

	if (fstat(fd, &st) < 0 || (size_t)st.st_size < sizeof(*head))
		return -EBADMSG;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	head = (struct prologue *)(void *)bytes;
	if ((uint64_t)head->program + head->size != (uint64_t)st.st_size)
		return -EBADMSG;
	if (head->sources > 0)
		c->slots = mmap(NULL, head->sources * sizeof(*c->slots), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c->slots == MAP_FAILED)
		return -errno;
	c->slot_count = head->sources;
	if (head->sources > MANY) /* beside them there is much else to be opened */
		more_files(c, -EMFILE);
	c->common.fd_count = head->fd_count;
	c->common.root = (const char *)bytes + head->root;
	c->common.id = (const char *)bytes + head->id;
	return program_open(p, bytes + head->program, head->size);
}

/* A filter may forbid every way to exit, and libc would try for ever. No filter forbids a fault. */
static _Noreturn void leave(void)
{
	syscall(SYS_exit_group, 1);
	syscall(SYS_exit, 1);
	for (;;)
		__builtin_trap();
}

int main(int argc, char **argv)
{
	static const struct process self = { INIT, init_step, wait_turn, note, placeholder };
	static struct init c;
	struct program p;
	int first = argc == 2 ? atoi(argv[1]) : 0, err;

	if (first < 3)
		return 1;
	SYS(SYS_close_range, first, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
	prctl(PR_SET_NAME, "ocits-init");
	c.common.process = &self;
	c.common.cancel = c.root_fd = c.proc_fd = c.mask_fd = c.held_proc = -1;
	c.common.umask = umask(0); /* device nodes get the mode they are asked for */
	c.common.sock = first + 1;
	c.listener = first + 2;
	c.common.pid = getpid();
	for (int i = 0; i < 8; i++)
		c.namespaces[i] = -1;
	err = open_program(&c, &p, first);
	if (err == 0)
		err = interpret(&c.common, &p);
	undo_mounts(&c); /* before the parent hears of it, which ends this process then */
	send_message(&c.common, FAILED, err < 0 ? err : -ENOEXEC);
	leave();
}
