#include "parent/bus.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "parent/parent.h"
#include "shared/fd.h"
#include "shared/process.h"

/*
 * The D-Bus Specification, as much of it as a caller needs who has its messages ready. What is for us is little endian: a bus forwards in the
 * order of the sender, and this is one machine. But everybody on the bus may send us a signal, of any order and size: it is passed over.
 */
enum { FIXED = 16, SERIAL_AT = 8, VERSION = 1, MAX_MESSAGE = 128 << 20 };
enum { FIELD_MEMBER = 3, FIELD_ERROR = 4, FIELD_REPLY_SERIAL = 5, FIELD_SENDER = 7, FIELD_SIGNATURE = 8 };

static ssize_t receive_some(struct bus *b, uint8_t *into, size_t size)
{
	int ready = wait_readable(b->fd, b->cancel, b->deadline);
	ssize_t n;

	if (ready <= 0)
		return ready < 0 ? ready : -ETIMEDOUT;
	n = recv(b->fd, into, size, 0);
	return n < 0 ? -errno : n == 0 ? -ECONNRESET : n;
}

static int receive_all(struct bus *b, uint8_t *into, size_t size)
{
	while (size > 0) {
		ssize_t n = receive_some(b, into, size);

		if (n < 0)
			return (int)n;
		into += n;
		size -= (size_t)n;
	}
	return 0;
}

int bus_send(struct bus *b, struct bytes messages)
{
	while (messages.size > 0) {
		ssize_t n = send(b->fd, messages.bytes, messages.size, MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		messages.bytes += n;
		messages.size -= (uint32_t)n;
	}
	return 0;
}

/*
 * Authentication Protocol: EXTERNAL without a name, as the kernel tells who is there. So it is the same inside a user namespace,
 * where our numbers are not the bus's. Nothing comes behind the server's OK line until we have said BEGIN.
 */
static int authenticate(struct bus *b)
{
	static const char ask[] = "\0AUTH EXTERNAL\r\nDATA\r\n", begin[] = "BEGIN\r\n";
	char *words = (char *)b->room;
	size_t used = 0;
	int err = bus_send(b, (struct bytes){ (const uint8_t *)ask, sizeof(ask) - 1 });

	while (err == 0) {
		ssize_t n = used + 1 == BUS_ROOM ? -EBADMSG : receive_some(b, b->room + used, BUS_ROOM - 1 - used);

		if (n < 0)
			return (int)n;
		used += (size_t)n;
		words[used] = 0;
		if (used < 2 || memcmp(words + used - 2, "\r\n", 2) != 0)
			continue;
		if (strncmp(words, "OK ", 3) == 0 || strstr(words, "\nOK ") != NULL)
			return bus_send(b, (struct bytes){ (const uint8_t *)begin, sizeof(begin) - 1 });
		if (strncmp(words, "DATA", 4) != 0)
			err = -EACCES;
	}
	return err;
}

/* A socket in a folder that others may write to could be anybody's. Only those of root and of our own user are trusted. */
static int check_peer(const struct bus *b)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(b->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	return peer.uid == 0 || peer.uid == geteuid() ? 0 : -EPERM;
}

int bus_open(struct parent *c, struct bus *b, const char *path, struct bytes hello)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { deadline_left(b->deadline) / 1000 + 1, 0 };
	int err;

	b->fd = -1;
	detail(&c->common, path);
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	b->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0 || setsockopt(b->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0 ||
	    connect(b->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	err = check_peer(b);
	if (err == 0)
		err = authenticate(b);
	return err < 0 ? err : bus_send(b, hello);
}

void bus_close(struct bus *b)
{
	close_fd(&b->fd);
	b->fd = -1;
}

/* Marshaling: each value lies at a multiple of its size, counted from the message's first byte. */
static void align(struct reader *r, size_t size)
{
	size_t pad = (size_t)(r->base - r->at) & (size - 1);

	if (pad > (size_t)(r->end - r->at))
		r->bad = true;
	else
		r->at += pad;
}

uint32_t bus_u32(struct reader *body)
{
	align(body, 4);
	return read_u32(body);
}

const char *bus_str(struct reader *body)
{
	align(body, 4);
	return read_str(body);
}

/* A signature has a length of one byte. */
static const char *signature(struct reader *r)
{
	size_t left_over = (size_t)(r->end - r->at), size = r->bad || left_over == 0 ? 0 : r->at[0];
	const char *words = (const char *)r->at + 1;

	if (r->bad || left_over < size + 2 || memchr(words, 0, size + 1) != words + size) {
		r->bad = true;
		return "";
	}
	r->at += size + 2;
	return words;
}

/* Header fields: an array of (code, variant). The kinds of variants that the specification names. */
static void read_field(struct reader *r, struct bus_message *m)
{
	uint8_t code;
	const char *type, *value;

	align(r, 8);
	if (r->bad || r->at == r->end) {
		r->bad = true;
		return;
	}
	code = *r->at++;
	type = signature(r);
	if (strcmp(type, "u") == 0) {
		uint32_t number = bus_u32(r);

		m->reply_to = code == FIELD_REPLY_SERIAL ? number : m->reply_to;
		return;
	}
	if (strcmp(type, "s") != 0 && strcmp(type, "o") != 0 && strcmp(type, "g") != 0) {
		r->bad = true;
		return;
	}
	value = type[0] == 'g' ? signature(r) : bus_str(r);
	switch (code) {
	case FIELD_MEMBER: m->member = value; break;
	case FIELD_ERROR: m->error = value; break;
	case FIELD_SENDER: m->sender = value; break;
	case FIELD_SIGNATURE: m->signature = value; break;
	}
}

static int pass_over(struct bus *b, uint32_t size)
{
	int err = 0;

	while (err == 0 && size > 0) {
		uint32_t some = size < BUS_ROOM ? size : BUS_ROOM;

		err = receive_all(b, b->room, some);
		size -= some;
	}
	return err;
}

/* 1: *m is the next message; 0: nobody here waits for the one that has been read; -errno. */
static int receive_one(struct bus *b, struct bus_message *m)
{
	uint8_t *room = b->room;
	uint32_t body, fields, rest;
	struct reader head;
	int err = receive_all(b, room, FIXED);

	if (err < 0)
		return err;
	if ((room[0] != 'l' && room[0] != 'B') || room[3] != VERSION)
		return -EBADMSG;
	memcpy(&body, room + 4, 4);
	memcpy(&fields, room + 12, 4);
	if (room[0] == 'B') {
		body = __builtin_bswap32(body);
		fields = __builtin_bswap32(fields);
	}
	if (fields > MAX_MESSAGE || body > MAX_MESSAGE)
		return -EMSGSIZE;
	rest = ((fields + 7) & ~7u) + body;
	if (room[0] == 'B' || rest > BUS_ROOM - FIXED)
		return pass_over(b, rest);
	err = receive_all(b, room + FIXED, rest);
	if (err < 0)
		return err;
	*m = (struct bus_message){ .kind = room[1], .member = "", .sender = "", .error = "", .signature = "" };
	head = (struct reader){ room, room + FIXED, room + FIXED + fields, false };
	while (!head.bad && head.at < head.end)
		read_field(&head, m);
	m->body = (struct reader){ room, room + FIXED + rest - body, room + FIXED + rest, false };
	return !head.bad;
}

int bus_receive(struct bus *b, struct bus_message *m)
{
	int got;

	do
		got = receive_one(b, m);
	while (got == 0);
	return got < 0 ? got : 0;
}

static bool is_answer(const struct bus_message *m, uint32_t serial)
{
	return m->reply_to == serial && (m->kind == BUS_RETURN || m->kind == BUS_ERROR);
}

int bus_call(struct parent *c, struct bus *b, struct bytes call, struct bus_message *answer)
{
	uint32_t serial = 0;
	int err = call.size < FIXED ? -EBADMSG : bus_send(b, call);

	if (err < 0)
		return err;
	memcpy(&serial, call.bytes + SERIAL_AT, 4);
	do
		err = bus_receive(b, answer);
	while (err == 0 && !is_answer(answer, serial));
	if (err < 0 || answer->kind == BUS_RETURN)
		return err;
	detail(&c->common, answer->signature[0] == 's' ? bus_str(&answer->body) : answer->error);
	return -EREMOTEIO;
}
