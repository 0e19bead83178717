#include "parent/steps.gen.h"
#include "shared/hook.h"

/* Its place in the plan says when it runs in undo: after the container's process and cgroup are gone. */
int do_undo_hook(struct parent *c, const struct undo_hook_args *a)
{
	(void)c;
	(void)a;
	return 0;
}

int undo_undo_hook(struct parent *c, const struct undo_hook_args *a)
{
	const struct hook_args hook = {
		.kind = a->kind,
		.path = a->path,
		.args = a->args,
		.env = a->env,
		.inherit = a->inherit,
		.timeout = a->timeout,
		.cwd = a->cwd,
		.state = a->state,
	};

	return c->left ? 0 : run_hook(&c->common, &hook);
}
