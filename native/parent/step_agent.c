#include "parent/child.h"
#include "parent/socket.h"
#include "shared/process.h"
#include "parent/steps.gen.h"

int do_agent(struct parent *c, const struct agent_args *a)
{
	if (a->pid != 0) {
		c->pidfd = open_process((pid_t)a->pid, a->start_time);
		if (c->pidfd < 0)
			return c->pidfd;
		c->common.pid = (pid_t)a->pid;
	}
	c->agent_state = a->state;
	c->agent = connect_to(&c->common, a->path);
	return c->agent < 0 ? c->agent : 0;
}
