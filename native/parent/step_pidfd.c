#include <string.h>

#include "parent/socket.h"
#include "parent/steps.gen.h"
#include "shared/fd.h"

/* The word with it tells the receiver which process it is: runc's names for the first process of a container and for one of exec. */
int do_pidfd_socket(struct parent *c, const struct pidfd_socket_args *a)
{
	cleanup_close int sock = connect_to(&c->common, a->path);

	return sock < 0 ? sock : send_in_time(&c->common, sock, c->pidfd, a->name, strlen(a->name));
}
