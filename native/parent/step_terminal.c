#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "parent/relay.h"
#include "parent/socket.h"
#include "parent/steps.gen.h"
#include "parent/terminal.h"
#include "shared/fd.h"
#include "shared/linux.h"
#include "shared/send_fd.h"
#include "wire/message.h"

int do_console_socket(struct parent *c, const struct console_socket_args *a)
{
	c->console = connect_to(&c->common, a->path);
	return c->console < 0 ? c->console : 0;
}

/* runc's order: the three may be redirected, and a terminal there be all the same (tty(4)). */
int do_caller_terminal(struct parent *c)
{
	for (int i = 2; i >= 0 && c->tty < 0; i--) {
		if (!isatty(c->fds[i]))
			continue;
		c->tty = fcntl(c->fds[i], F_DUPFD_CLOEXEC, 0);
		if (c->tty < 0)
			return -errno;
	}
	if (c->tty < 0)
		c->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return c->tty < 0 ? -errno : 0;
}

/* Before the process writes anything: of its size, and with the line ends left to the caller's terminal. */
static int show_here(struct parent *c, int master)
{
	struct termios modes;

	c->master = fcntl(master, F_DUPFD_CLOEXEC, 0);
	if (c->master < 0 || tcgetattr(master, &modes) < 0)
		return -errno;
	modes.c_oflag &= ~(tcflag_t)ONLCR;
	if (tcsetattr(master, TCSANOW, &modes) < 0)
		return -errno;
	take_size(c);
	return 0;
}

/* Its name goes with it, as the receivers of containerd and conmon expect. */
static int hand_over(struct parent *c, int master, int number)
{
	cleanup_close int console = steal_fd(&c->console);
	char name[32];

	if (c->tty >= 0)
		return show_here(c, master);
	if (console < 0)
		return -ENOTCONN;
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	return send_in_time(&c->common, console, master, name, strlen(name));
}

int give_terminal(struct parent *c, int master)
{
	int number = 0, err = SYS(SYS_ioctl, master, TIOCGPTN, &number); /* the libraries differ in its type */

	return err < 0 ? err : hand_over(c, master, number);
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
