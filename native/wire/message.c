#include "wire/message.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int send_message(struct common *c, enum message_kind kind, int error)
{
	struct message m = { .kind = kind, .index = c->index, .error = error };
	size_t size = offsetof(struct message, detail);

	if (kind == FAILED || kind == NOTE || kind == LISTENER) {
		size_t words = kind == LISTENER ? sizeof(uint64_t) : strlen(c->detail);

		memcpy(m.detail, c->detail, words);
		size += words;
	}
	for (;;) {
		if (send(c->sock, &m, size, MSG_NOSIGNAL) >= 0)
			return 0;
		/* The init may be under the container's filter by then, which may forbid one of the two calls and not the other. */
		if (c->process->actor == INIT && (kind == FAILED || kind == READY) && write(c->sock, &m, size) >= 0)
			return 0;
		if (errno != EINTR && errno != ECONNRESET)
			return -errno;
	}
}

int receive_message(int sock, struct message *m)
{
	for (;;) {
		ssize_t n = recv(sock, m, sizeof(*m) - 1, 0);

		/* ECONNRESET: the other end has closed the socket before it has read everything. What it sent before can still be received. */
		if (n < 0 && (errno == EINTR || errno == ECONNRESET))
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		if ((size_t)n < offsetof(struct message, detail))
			return -EBADMSG;
		if (m->kind == LISTENER && (size_t)n < offsetof(struct message, detail) + sizeof(uint64_t))
			return -EBADMSG;
		((char *)m)[n] = 0;
		return 1;
	}
}
