#include "parent/agent.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "parent/parent.h"
#include "parent/socket.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "wire/message.h"

enum { LISTENER_WAIT_MS = 5000, MAX_STATE = 1 << 20 };

/* The listener appears in the init's table a moment after its number was announced. */
static int get_listener(struct parent *c, int number)
{
	int64_t end = monotonic_ms() + LISTENER_WAIT_MS;
	struct timespec pause = { 0, 100000 };

	for (;;) {
		int fd = SYS(SYS_pidfd_getfd, c->pidfd, number, 0);

		if (fd != -EBADF || monotonic_ms() > end)
			return fd;
		nanosleep(&pause, NULL);
	}
}

/* The init may make no call meanwhile: it looks at its memory. */
static int release(struct parent *c, uint64_t address)
{
	uint32_t one = 1;
	struct iovec from = { &one, sizeof(one) }, to = { (void *)(uintptr_t)address, sizeof(one) };

	int size = SYS(SYS_process_vm_writev, c->common.pid, &from, 1, &to, 1, 0);

	return size < 0 ? size : 0;
}

/* The agent gets a descriptor of its own: ours is closed before the container goes on. */
static int send_listener(struct parent *c, int number)
{
	cleanup_close int listener = c->agent < 0 ? -ENOTCONN : get_listener(c, number), file = -1;
	struct stat st;
	char *json;
	int err;

	if (listener < 0)
		return listener;
	file = memfd_create("state", MFD_CLOEXEC);
	err = file < 0 ? -errno : text_write(&c->common, c->agent_state, file);
	if (err < 0)
		return err;
	if (fstat(file, &st) < 0)
		return -errno;
	if (st.st_size > MAX_STATE)
		return -E2BIG;
	/* config-linux.md, the container process state: one message, the JSON and the descriptor. */
	json = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (json == MAP_FAILED)
		return -errno;
	err = send_in_time(&c->common, c->agent, listener, json, (size_t)st.st_size);
	munmap(json, (size_t)st.st_size);
	return err;
}

int take_listener(struct parent *c, const struct message *m)
{
	int err = send_listener(c, m->error);
	uint64_t address;

	close_fd(&c->agent); /* an agent that reads to the end has got all of it */
	c->agent = -1;
	memcpy(&address, m->detail, sizeof(address));
	if (err == 0)
		return release(c, address);
	c->common.index = m->index;
	detail(&c->common, "the listener cannot be handed to the agent");
	return err;
}
