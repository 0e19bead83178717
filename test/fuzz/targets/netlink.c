/* Answers of the kernel about devices and addresses: datagrams, each after its size, a u16. */
#include <sys/socket.h>
#include <unistd.h>

#include "parent/netlink.h"
#include "target.h"

int __wrap_netlink_open(void)
{
	return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct addresses found;
	struct link link;
	int fd = as_socket(bytes, size, SOCK_SEQPACKET);

	addresses_read(fd, 1, &found);
	close(fd);
	fd = as_socket(bytes, size, SOCK_SEQPACKET);
	link_find(fd, "eth0", 0, &link);
	link_set_up(fd, 1, true);
	close(fd);
	return 0;
}
