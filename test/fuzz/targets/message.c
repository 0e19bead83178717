/* Messages of the init to the parent: a hostile image may have taken over the init. The requests in the messages are not executed. */
#include <sys/socket.h>
#include <unistd.h>

#include "parent/execute.h"
#include "parent/parent.h"
#include "parent/turn.h"
#include "target.h"
#include "wire/message.h"

int __wrap_adopt(struct parent *c, pid_t pid)
{
	(void)c;
	return pid > 0 ? 0 : -1;
}

int __wrap_pass_listener(struct parent *c, int number, uint64_t address)
{
	(void)c, (void)number, (void)address;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static uint8_t room[8192];
	struct answer notes = { room, 0, sizeof(room) };
	struct parent c = { .answer = &notes };
	struct message m;
	int fd = as_socket(bytes, size, SOCK_SEQPACKET);

	for (int i = 0; i < 100 && receive_message(fd, &m) > 0; i++)
		handle_message(&c, &m);
	close(fd);
	return 0;
}
