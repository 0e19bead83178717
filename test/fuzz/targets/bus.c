/* Messages of D-Bus, from the start of the connection. */
#include "parent/bus.c"

#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct parent c;
	static const uint8_t call[FIXED] = { 'l' };
	struct bus b = { .cancel = -1, .deadline = deadline_in(1000) };
	struct bus_message m;
	size_t words = size > 0 ? bytes[0] % 64 : 0;

	/* The first line of the server comes alone, because it waits for ours. */
	if (size <= words + 1)
		return 0;
	b.fd = as_socket(bytes + 1, words, SOCK_STREAM);
	authenticate(&b);
	close(b.fd);
	b.fd = as_socket(bytes + 1 + words, size - 1 - words, SOCK_STREAM);
	for (int i = 0; i < 50 && bus_receive(&b, &m) == 0; i++) {
		bus_u32(&m.body);
		bus_str(&m.body);
		bus_str(&m.body);
	}
	close(b.fd);
	b.fd = as_socket(bytes + 1 + words, size - 1 - words, SOCK_STREAM);
	bus_call(&c, &b, (struct bytes){ call, sizeof(call) }, &m);
	close(b.fd);
	return 0;
}
