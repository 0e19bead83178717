/*
 * bus PATH COUNT   connects COUNT times to the socket and reads messages until the end; prints a line for each connection: its
 *                  messages, and the error that ended them.
 * bus PATH COUNT call   sends a call with the serial 5 each time; prints a line for each connection: its answer, or the error.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parent/bus.h"
#include "shared/process.h"

static void one(const char *path)
{
	static struct parent c;
	struct bus b = { .cancel = -1, .deadline = deadline_in(2000) };
	struct bus_message m;
	int err = bus_open(&c, &b, path, (struct bytes){ NULL, 0 });

	while (err == 0) {
		err = bus_receive(&b, &m);
		if (err == 0) {
			uint32_t number = bus_u32(&m.body);
			const char *words = bus_str(&m.body);

			printf("%u %u %s %s %s %s", m.kind, m.reply_to, m.member, m.sender, m.error, m.signature);
			if (m.body.bad)
				printf(" bad; ");
			else
				printf(" %u %s; ", number, words);
		}
	}
	printf("%s\n", strerror(-err));
	bus_close(&b);
}

static void call(const char *path)
{
	static const uint8_t ask[16] = { 'l', 1, 0, 1, [8] = 5 };
	static struct parent c;
	struct bus b = { .cancel = -1, .deadline = deadline_in(2000) };
	struct bus_message m;
	int err = bus_open(&c, &b, path, (struct bytes){ NULL, 0 });

	if (err == 0)
		err = bus_call(&c, &b, (struct bytes){ ask, sizeof(ask) }, &m);
	if (err == 0)
		printf("%s\n", bus_str(&m.body));
	else
		printf("%s%s%s\n", strerror(-err), err == -EREMOTEIO ? ": " : "", err == -EREMOTEIO ? c.common.detail : "");
	bus_close(&b);
}

int main(int argc, char **argv)
{
	int count = argc >= 3 ? atoi(argv[2]) : 0;

	for (int i = 0; i < count; i++)
		(argc > 3 ? call : one)(argv[1]);
	return count > 0 ? 0 : 2;
}
