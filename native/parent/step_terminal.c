#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "parent/socket.h"
#include "parent/steps.gen.h"
#include "parent/terminal.h"
#include "shared/fd.h"
#include "shared/send_fd.h"
#include "wire/message.h"

int do_console_socket(struct parent *c, const struct console_socket_args *a)
{
	c->console = connect_to(&c->common, a->path);
	return c->console < 0 ? c->console : 0;
}

/* Its name goes with it, as the receivers of containerd and conmon expect. */
static int hand_over(struct parent *c, int master, int number)
{
	cleanup_close int console = steal_fd(&c->console);
	char name[32];

	if (console < 0)
		return -ENOTCONN;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	return send_fd(console, master, name, strlen(name));
}

int take_terminal(struct parent *c, const struct message *m)
{
	cleanup_close int master = receive_fd(c->common.sock);
	int err = master < 0 ? master : hand_over(c, master, m->error);

	if (err < 0) {
		c->common.index = m->index;
		detail(&c->common, "it cannot be handed over");
	}
	return err;
}
