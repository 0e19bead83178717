#include "parent/execute.h"
#include "shared/hook.h"
#include "wire/steps.gen.h"

int note(struct context *c, int error)
{
	parent_note(c, c->place, error, c->detail);
	return 0;
}

/* Its place in the plan says when it runs in undo: after the container's process and cgroup are gone. */
int do_undo_hook(struct context *c, const struct undo_hook_args *a)
{
	(void)c;
	(void)a;
	return 0;
}

int undo_undo_hook(struct context *c, const struct undo_hook_args *a)
{
	const struct hook_args hook = {
		.kind = a->kind, .path = a->path, .args = a->args, .env = a->env, .inherit = a->inherit,
		.timeout = a->timeout, .cwd = a->cwd, .state = a->state,
	};

	return c->left ? 0 : run_hook(c, &hook);
}
