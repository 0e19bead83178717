/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#include "parent/steps.gen.h"

#include <errno.h>

static int decode_claim(struct reader *args, struct claim_args *a)
{
	a->mode = read_u32(args);
	return reader_done(args);
}

static int decode_record(struct reader *args, struct record_args *a)
{
	a->name = read_str(args);
	a->mode = read_u32(args);
	a->content = read_text(args);
	return reader_done(args);
}

static int decode_pidfile(struct reader *args, struct pidfile_args *a)
{
	a->path = read_str(args);
	a->content = read_text(args);
	return reader_done(args);
}

static int decode_listen(struct reader *args, struct listen_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_cgroup(struct reader *args, struct cgroup_args *a)
{
	a->dirs = read_texts(args);
	a->at = read_u32s(args);
	return reader_done(args);
}

static int decode_cpuset(struct reader *args, struct cpuset_args *a)
{
	a->dir = read_text(args);
	return reader_done(args);
}

static int decode_enable(struct reader *args, struct enable_args *a)
{
	a->dirs = read_texts(args);
	a->needed = read_strs(args);
	a->wanted = read_strs(args);
	return reader_done(args);
}

static int decode_write(struct reader *args, struct write_args *a)
{
	a->path = read_text(args);
	a->value = read_str(args);
	a->missing_ok = read_u32(args);
	return reader_done(args);
}

static int decode_write_either(struct reader *args, struct write_either_args *a)
{
	a->path = read_text(args);
	a->value = read_str(args);
	a->other_path = read_text(args);
	a->other_value = read_str(args);
	return reader_done(args);
}

static int decode_delegate(struct reader *args, struct delegate_args *a)
{
	a->dir = read_text(args);
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	return reader_done(args);
}

static int decode_rdt_group(struct reader *args, struct rdt_group_args *a)
{
	a->path = read_text(args);
	a->monitor = read_u32(args);
	a->stays = read_u32(args);
	a->status = read_str(args);
	return reader_done(args);
}

static int decode_rdt_find(struct reader *args, struct rdt_find_args *a)
{
	a->path = read_text(args);
	return reader_done(args);
}

static int decode_rdt_schemata(struct reader *args, struct rdt_schemata_args *a)
{
	a->path = read_text(args);
	a->schemata = read_str(args);
	a->status = read_str(args);
	return reader_done(args);
}

static int decode_device_filter(struct reader *args, struct device_filter_args *a)
{
	a->dir = read_text(args);
	a->program = read_bytes(args);
	return reader_done(args);
}

static int decode_spawn(struct reader *args, struct spawn_args *a)
{
	a->flags = read_u32(args);
	a->into = read_text(args);
	a->environment = read_u32(args);
	return reader_done(args);
}

static int decode_unit(struct reader *args, struct unit_args *a)
{
	a->name = read_str(args);
	a->bus = read_str(args);
	a->properties = read_str(args);
	a->hello = read_bytes(args);
	a->start = read_bytes(args);
	a->pid_at = read_u32(args);
	a->reset = read_bytes(args);
	a->stop = read_bytes(args);
	a->dirs = read_texts(args);
	a->made = read_u32s(args);
	a->timeout = read_u32(args);
	return reader_done(args);
}

static int decode_join(struct reader *args, struct join_args *a)
{
	a->dirs = read_texts(args);
	return reader_done(args);
}

static int decode_source(struct reader *args, struct source_args *a)
{
	a->slot = read_u32(args);
	a->path = read_text(args);
	a->recursive = read_u32(args);
	a->propagation = read_u32(args);
	a->strict = read_u32(args);
	a->nofollow = read_u32(args);
	a->late = read_u32(args);
	return reader_done(args);
}

static int decode_source_in_root(struct reader *args, struct source_in_root_args *a)
{
	a->slot = read_u32(args);
	a->path = read_str(args);
	a->recursive = read_u32(args);
	a->propagation = read_u32(args);
	a->nofollow = read_u32(args);
	return reader_done(args);
}

static int decode_nsfd(struct reader *args, struct nsfd_args *a)
{
	a->type = read_u32(args);
	a->path = read_str(args);
	a->own = read_str(args);
	return reader_done(args);
}

static int decode_setns(struct reader *args, struct setns_args *a)
{
	a->type = read_u32(args);
	a->drop_groups = read_u32(args);
	return reader_done(args);
}

static int decode_unshare(struct reader *args, struct unshare_args *a)
{
	a->flags = read_u32(args);
	return reader_done(args);
}

static int decode_idmap(struct reader *args, struct idmap_args *a)
{
	a->uids = read_str(args);
	a->gids = read_str(args);
	a->deny_setgroups = read_u32(args);
	a->uid_helper = read_u32(args);
	a->gid_helper = read_u32(args);
	return reader_done(args);
}

static int decode_become_root(struct reader *args, struct become_root_args *a)
{
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	a->keep_groups = read_u32(args);
	return reader_done(args);
}

static int decode_time_offsets(struct reader *args, struct time_offsets_args *a)
{
	a->offsets = read_str(args);
	return reader_done(args);
}

static int decode_oom_score(struct reader *args, struct oom_score_args *a)
{
	a->value = read_str(args);
	a->lenient = read_u32(args);
	return reader_done(args);
}

static int decode_prlimit(struct reader *args, struct prlimit_args *a)
{
	a->resource = read_u32(args);
	a->soft = read_u64(args);
	a->hard = read_u64(args);
	return reader_done(args);
}

static int decode_keyring(struct reader *args, struct keyring_args *a)
{
	a->name = read_text(args);
	return reader_done(args);
}

static int decode_propagation(struct reader *args, struct propagation_args *a)
{
	a->flags = read_u32(args);
	return reader_done(args);
}

static int decode_rootfs(struct reader *args, struct rootfs_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_root(struct reader *args, struct root_args *a)
{
	a->propagation = read_u32(args);
	return reader_done(args);
}

static int decode_joined_root(struct reader *args, struct joined_root_args *a)
{
	a->slot = read_u32(args);
	return reader_done(args);
}

static int decode_uncover(struct reader *args, struct uncover_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_mount(struct reader *args, struct mount_args *a)
{
	a->fs = read_str(args);
	a->source = read_str(args);
	a->target = read_str(args);
	a->attrs = read_u64(args);
	a->options = read_strs(args);
	a->propagation = read_u32(args);
	a->ordinary = read_u32(args);
	a->cover = read_u32(args);
	a->copyup = read_u32(args);
	return reader_done(args);
}

static int decode_mount_or_bind(struct reader *args, struct mount_or_bind_args *a)
{
	a->fs = read_str(args);
	a->source = read_str(args);
	a->target = read_str(args);
	a->attrs = read_u64(args);
	a->options = read_strs(args);
	a->propagation = read_u32(args);
	a->ordinary = read_u32(args);
	a->slot = read_u32(args);
	return reader_done(args);
}

static int decode_bind(struct reader *args, struct bind_args *a)
{
	a->slot = read_u32(args);
	a->target = read_str(args);
	a->set = read_u64(args);
	a->clear = read_u64(args);
	a->must_clear = read_u64(args);
	a->recursive_set = read_u64(args);
	a->recursive_clear = read_u64(args);
	a->propagation = read_u32(args);
	a->ordinary = read_u32(args);
	a->nofollow = read_u32(args);
	a->copy_symlink = read_u32(args);
	a->proc_file = read_u32(args);
	return reader_done(args);
}

static int decode_idmap_source(struct reader *args, struct idmap_source_args *a)
{
	a->slot = read_u32(args);
	a->uids = read_str(args);
	a->gids = read_str(args);
	a->recursive = read_u32(args);
	return reader_done(args);
}

static int decode_remount(struct reader *args, struct remount_args *a)
{
	a->target = read_str(args);
	a->set = read_u64(args);
	a->clear = read_u64(args);
	a->recursive = read_u32(args);
	a->propagation = read_u32(args);
	return reader_done(args);
}

static int decode_symlink(struct reader *args, struct symlink_args *a)
{
	a->target = read_str(args);
	a->path = read_str(args);
	a->replace = read_u32(args);
	return reader_done(args);
}

static int decode_device(struct reader *args, struct device_args *a)
{
	a->path = read_str(args);
	a->type = read_u32(args);
	a->device = read_u64(args);
	a->mode = read_u32(args);
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	return reader_done(args);
}

static int decode_device_source(struct reader *args, struct device_source_args *a)
{
	a->slot = read_u32(args);
	a->type = read_u32(args);
	a->device = read_u64(args);
	a->mode = read_u32(args);
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	return reader_done(args);
}

static int decode_device_bind(struct reader *args, struct device_bind_args *a)
{
	a->path = read_str(args);
	a->slot = read_u32(args);
	a->type = read_u32(args);
	a->device = read_u64(args);
	return reader_done(args);
}

static int decode_mkdir(struct reader *args, struct mkdir_args *a)
{
	a->path = read_str(args);
	a->mode = read_u32(args);
	return reader_done(args);
}

static int decode_root_propagation(struct reader *args, struct root_propagation_args *a)
{
	a->flags = read_u32(args);
	return reader_done(args);
}

static int decode_readonly(struct reader *args, struct readonly_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_mask(struct reader *args, struct mask_args *a)
{
	a->path = read_str(args);
	a->slot = read_u32(args);
	a->label = read_str(args);
	return reader_done(args);
}

static int decode_hostname(struct reader *args, struct hostname_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_domainname(struct reader *args, struct domainname_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_host_procfs(struct reader *args, struct host_procfs_args *a)
{
	a->slot = read_u32(args);
	return reader_done(args);
}

static int decode_sysctl(struct reader *args, struct sysctl_args *a)
{
	a->path = read_str(args);
	a->value = read_str(args);
	return reader_done(args);
}

static int decode_stdio_owner(struct reader *args, struct stdio_owner_args *a)
{
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	return reader_done(args);
}

static int decode_executable(struct reader *args, struct executable_args *a)
{
	a->paths = read_strs(args);
	a->early = read_u32(args);
	a->caps = read_u64(args);
	return reader_done(args);
}

static int decode_chdir(struct reader *args, struct chdir_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_bounding(struct reader *args, struct bounding_args *a)
{
	a->caps = read_u64(args);
	return reader_done(args);
}

static int decode_user(struct reader *args, struct user_args *a)
{
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	a->groups = read_u32s(args);
	a->setgroups = read_u32(args);
	return reader_done(args);
}

static int decode_cwd(struct reader *args, struct cwd_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_capabilities(struct reader *args, struct capabilities_args *a)
{
	a->effective = read_u64(args);
	a->permitted = read_u64(args);
	a->inheritable = read_u64(args);
	a->ambient = read_u64(args);
	return reader_done(args);
}

static int decode_umask(struct reader *args, struct umask_args *a)
{
	a->mask = read_u32(args);
	return reader_done(args);
}

static int decode_scheduler(struct reader *args, struct scheduler_args *a)
{
	a->policy = read_u32(args);
	a->flags = read_u64(args);
	a->nice = read_u32(args);
	a->priority = read_u32(args);
	a->runtime = read_u64(args);
	a->deadline = read_u64(args);
	a->period = read_u64(args);
	return reader_done(args);
}

static int decode_io_priority(struct reader *args, struct io_priority_args *a)
{
	a->value = read_u32(args);
	return reader_done(args);
}

static int decode_personality(struct reader *args, struct personality_args *a)
{
	a->domain = read_u32(args);
	return reader_done(args);
}

static int decode_memory_policy(struct reader *args, struct memory_policy_args *a)
{
	a->mode = read_u32(args);
	a->nodes = read_bytes(args);
	return reader_done(args);
}

static int decode_label(struct reader *args, struct label_args *a)
{
	a->file = read_str(args);
	a->value = read_str(args);
	return reader_done(args);
}

static int decode_file_label(struct reader *args, struct file_label_args *a)
{
	a->path = read_str(args);
	a->value = read_str(args);
	return reader_done(args);
}

static int decode_net_keep(struct reader *args, struct net_keep_args *a)
{
	a->path = read_text(args);
	return reader_done(args);
}

static int decode_net_device(struct reader *args, struct net_device_args *a)
{
	a->name = read_str(args);
	a->to = read_str(args);
	a->path = read_text(args);
	return reader_done(args);
}

static int decode_hook(struct reader *args, struct hook_args *a)
{
	a->kind = read_str(args);
	a->path = read_str(args);
	a->args = read_strs(args);
	a->env = read_strs(args);
	a->inherit = read_u32(args);
	a->timeout = read_u32(args);
	a->cwd = read_str(args);
	a->state = read_text(args);
	a->lenient = read_u32(args);
	return reader_done(args);
}

static int decode_home(struct reader *args, struct home_args *a)
{
	a->uid = read_u32(args);
	return reader_done(args);
}

static int decode_clean(struct reader *args, struct clean_args *a)
{
	a->hooks = read_u32(args);
	a->doubt = read_u32(args);
	a->doomed = read_u32(args);
	return reader_done(args);
}

static int decode_agent(struct reader *args, struct agent_args *a)
{
	a->path = read_str(args);
	a->state = read_text(args);
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_seccomp(struct reader *args, struct seccomp_args *a)
{
	a->filter = read_bytes(args);
	a->flags = read_u32(args);
	a->notify = read_u32(args);
	a->raise = read_u32(args);
	return reader_done(args);
}

static int decode_exec(struct reader *args, struct exec_args *a)
{
	a->args = read_strs(args);
	a->env = read_strs(args);
	return reader_done(args);
}

static int decode_undo_hook(struct reader *args, struct undo_hook_args *a)
{
	a->kind = read_str(args);
	a->path = read_str(args);
	a->args = read_strs(args);
	a->env = read_strs(args);
	a->inherit = read_u32(args);
	a->timeout = read_u32(args);
	a->cwd = read_str(args);
	a->state = read_text(args);
	return reader_done(args);
}

static int decode_start(struct reader *args, struct start_args *a)
{
	a->name = read_str(args);
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_forget(struct reader *args, struct forget_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_signal(struct reader *args, struct signal_args *a)
{
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	a->signal = read_u32(args);
	a->lenient = read_u32(args);
	return reader_done(args);
}

static int decode_signal_all(struct reader *args, struct signal_all_args *a)
{
	a->dirs = read_texts(args);
	a->inodes = read_strs(args);
	a->signal = read_u32(args);
	return reader_done(args);
}

static int decode_thaw(struct reader *args, struct thaw_args *a)
{
	a->dir = read_text(args);
	return reader_done(args);
}

static int decode_gone(struct reader *args, struct gone_args *a)
{
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	a->timeout = read_u32(args);
	a->dirs = read_texts(args);
	a->inodes = read_strs(args);
	return reader_done(args);
}

static int decode_lock(struct reader *args, struct lock_args *a)
{
	a->name = read_str(args);
	a->mark = read_str(args);
	return reader_done(args);
}

static int decode_unmount(struct reader *args, struct unmount_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_remove_cgroup(struct reader *args, struct remove_cgroup_args *a)
{
	a->dirs = read_texts(args);
	a->inodes = read_strs(args);
	return reader_done(args);
}

static int decode_net_return(struct reader *args, struct net_return_args *a)
{
	a->name = read_str(args);
	a->to = read_str(args);
	a->path = read_text(args);
	return reader_done(args);
}

static int decode_net_release(struct reader *args, struct net_release_args *a)
{
	a->path = read_text(args);
	return reader_done(args);
}

static int decode_rdt_remove(struct reader *args, struct rdt_remove_args *a)
{
	a->dirs = read_texts(args);
	return reader_done(args);
}

static int decode_stop_unit(struct reader *args, struct stop_unit_args *a)
{
	a->name = read_str(args);
	a->bus = read_str(args);
	a->hello = read_bytes(args);
	a->stop = read_bytes(args);
	a->reset = read_bytes(args);
	a->timeout = read_u32(args);
	a->dir = read_str(args);
	a->inode = read_u64(args);
	return reader_done(args);
}

int parent_step(struct common *common, uint32_t op, struct reader *args)
{
	struct parent *c = parent_of(common);

	switch (op) {
	case OP_CLAIM: {
		struct claim_args a;

		return decode_claim(args, &a) < 0 ? -EBADMSG : do_claim(c, &a);
	}
	case OP_RECORD: {
		struct record_args a;

		return decode_record(args, &a) < 0 ? -EBADMSG : do_record(c, &a);
	}
	case OP_PIDFILE: {
		struct pidfile_args a;

		return decode_pidfile(args, &a) < 0 ? -EBADMSG : do_pidfile(c, &a);
	}
	case OP_LISTEN: {
		struct listen_args a;

		return decode_listen(args, &a) < 0 ? -EBADMSG : do_listen(c, &a);
	}
	case OP_CGROUP: {
		struct cgroup_args a;

		return decode_cgroup(args, &a) < 0 ? -EBADMSG : do_cgroup(c, &a);
	}
	case OP_CPUSET: {
		struct cpuset_args a;

		return decode_cpuset(args, &a) < 0 ? -EBADMSG : do_cpuset(c, &a);
	}
	case OP_ENABLE: {
		struct enable_args a;

		return decode_enable(args, &a) < 0 ? -EBADMSG : do_enable(c, &a);
	}
	case OP_WRITE: {
		struct write_args a;

		return decode_write(args, &a) < 0 ? -EBADMSG : do_write(c, &a);
	}
	case OP_WRITE_EITHER: {
		struct write_either_args a;

		return decode_write_either(args, &a) < 0 ? -EBADMSG : do_write_either(c, &a);
	}
	case OP_DELEGATE: {
		struct delegate_args a;

		return decode_delegate(args, &a) < 0 ? -EBADMSG : do_delegate(c, &a);
	}
	case OP_RDT_GROUP: {
		struct rdt_group_args a;

		return decode_rdt_group(args, &a) < 0 ? -EBADMSG : do_rdt_group(c, &a);
	}
	case OP_RDT_FIND: {
		struct rdt_find_args a;

		return decode_rdt_find(args, &a) < 0 ? -EBADMSG : do_rdt_find(c, &a);
	}
	case OP_RDT_SCHEMATA: {
		struct rdt_schemata_args a;

		return decode_rdt_schemata(args, &a) < 0 ? -EBADMSG : do_rdt_schemata(c, &a);
	}
	case OP_DEVICE_FILTER: {
		struct device_filter_args a;

		return decode_device_filter(args, &a) < 0 ? -EBADMSG : do_device_filter(c, &a);
	}
	case OP_BESIDE:
		return reader_done(args) < 0 ? -EBADMSG : do_beside(c);
	case OP_SPAWN: {
		struct spawn_args a;

		return decode_spawn(args, &a) < 0 ? -EBADMSG : do_spawn(c, &a);
	}
	case OP_UNIT: {
		struct unit_args a;

		return decode_unit(args, &a) < 0 ? -EBADMSG : do_unit(c, &a);
	}
	case OP_IDMAP: {
		struct idmap_args a;

		return decode_idmap(args, &a) < 0 ? -EBADMSG : do_idmap(c, &a);
	}
	case OP_TIME_OFFSETS: {
		struct time_offsets_args a;

		return decode_time_offsets(args, &a) < 0 ? -EBADMSG : do_time_offsets(c, &a);
	}
	case OP_OOM_SCORE: {
		struct oom_score_args a;

		return decode_oom_score(args, &a) < 0 ? -EBADMSG : do_oom_score(c, &a);
	}
	case OP_PRLIMIT: {
		struct prlimit_args a;

		return decode_prlimit(args, &a) < 0 ? -EBADMSG : do_prlimit(common, &a);
	}
	case OP_UNCOVER: {
		struct uncover_args a;

		return decode_uncover(args, &a) < 0 ? -EBADMSG : do_uncover(c, &a);
	}
	case OP_SCHEDULER: {
		struct scheduler_args a;

		return decode_scheduler(args, &a) < 0 ? -EBADMSG : do_scheduler(common, &a);
	}
	case OP_IO_PRIORITY: {
		struct io_priority_args a;

		return decode_io_priority(args, &a) < 0 ? -EBADMSG : do_io_priority(common, &a);
	}
	case OP_NET_KEEP: {
		struct net_keep_args a;

		return decode_net_keep(args, &a) < 0 ? -EBADMSG : do_net_keep(c, &a);
	}
	case OP_NET_DEVICE: {
		struct net_device_args a;

		return decode_net_device(args, &a) < 0 ? -EBADMSG : do_net_device(c, &a);
	}
	case OP_HOOK: {
		struct hook_args a;

		return decode_hook(args, &a) < 0 ? -EBADMSG : do_hook(common, &a);
	}
	case OP_AGENT: {
		struct agent_args a;

		return decode_agent(args, &a) < 0 ? -EBADMSG : do_agent(c, &a);
	}
	case OP_REAP:
		return reader_done(args) < 0 ? -EBADMSG : do_reap(c);
	case OP_UNWIND:
		return reader_done(args) < 0 ? -EBADMSG : do_unwind(c);
	case OP_UNDO_HOOK: {
		struct undo_hook_args a;

		return decode_undo_hook(args, &a) < 0 ? -EBADMSG : do_undo_hook(c, &a);
	}
	case OP_START: {
		struct start_args a;

		return decode_start(args, &a) < 0 ? -EBADMSG : do_start(c, &a);
	}
	case OP_FORGET: {
		struct forget_args a;

		return decode_forget(args, &a) < 0 ? -EBADMSG : do_forget(c, &a);
	}
	case OP_SIGNAL: {
		struct signal_args a;

		return decode_signal(args, &a) < 0 ? -EBADMSG : do_signal(c, &a);
	}
	case OP_SIGNAL_ALL: {
		struct signal_all_args a;

		return decode_signal_all(args, &a) < 0 ? -EBADMSG : do_signal_all(c, &a);
	}
	case OP_THAW: {
		struct thaw_args a;

		return decode_thaw(args, &a) < 0 ? -EBADMSG : do_thaw(c, &a);
	}
	case OP_GONE: {
		struct gone_args a;

		return decode_gone(args, &a) < 0 ? -EBADMSG : do_gone(c, &a);
	}
	case OP_LOCK: {
		struct lock_args a;

		return decode_lock(args, &a) < 0 ? -EBADMSG : do_lock(c, &a);
	}
	case OP_UNMOUNT: {
		struct unmount_args a;

		return decode_unmount(args, &a) < 0 ? -EBADMSG : do_unmount(c, &a);
	}
	case OP_REMOVE_CGROUP: {
		struct remove_cgroup_args a;

		return decode_remove_cgroup(args, &a) < 0 ? -EBADMSG : do_remove_cgroup(c, &a);
	}
	case OP_NET_RETURN: {
		struct net_return_args a;

		return decode_net_return(args, &a) < 0 ? -EBADMSG : do_net_return(c, &a);
	}
	case OP_NET_RELEASE: {
		struct net_release_args a;

		return decode_net_release(args, &a) < 0 ? -EBADMSG : do_net_release(c, &a);
	}
	case OP_RDT_REMOVE: {
		struct rdt_remove_args a;

		return decode_rdt_remove(args, &a) < 0 ? -EBADMSG : do_rdt_remove(c, &a);
	}
	case OP_STOP_UNIT: {
		struct stop_unit_args a;

		return decode_stop_unit(args, &a) < 0 ? -EBADMSG : do_stop_unit(c, &a);
	}
	case OP_REMOVE_STATE:
		return reader_done(args) < 0 ? -EBADMSG : do_remove_state(c);
	default:
		return -EBADMSG;
	}
}

int undo_step(struct parent *c, uint32_t op, struct reader *args)
{
	switch (op) {
	case OP_CLAIM: {
		struct claim_args a;

		return decode_claim(args, &a) < 0 ? -EBADMSG : undo_claim(c, &a);
	}
	case OP_PIDFILE: {
		struct pidfile_args a;

		return decode_pidfile(args, &a) < 0 ? -EBADMSG : undo_pidfile(c, &a);
	}
	case OP_CGROUP: {
		struct cgroup_args a;

		return decode_cgroup(args, &a) < 0 ? -EBADMSG : undo_cgroup(c, &a);
	}
	case OP_RDT_GROUP: {
		struct rdt_group_args a;

		return decode_rdt_group(args, &a) < 0 ? -EBADMSG : undo_rdt_group(c, &a);
	}
	case OP_SPAWN: {
		struct spawn_args a;

		return decode_spawn(args, &a) < 0 ? -EBADMSG : undo_spawn(c, &a);
	}
	case OP_UNIT: {
		struct unit_args a;

		return decode_unit(args, &a) < 0 ? -EBADMSG : undo_unit(c, &a);
	}
	case OP_UNCOVER: {
		struct uncover_args a;

		return decode_uncover(args, &a) < 0 ? -EBADMSG : undo_uncover(c, &a);
	}
	case OP_NET_KEEP: {
		struct net_keep_args a;

		return decode_net_keep(args, &a) < 0 ? -EBADMSG : undo_net_keep(c, &a);
	}
	case OP_NET_DEVICE: {
		struct net_device_args a;

		return decode_net_device(args, &a) < 0 ? -EBADMSG : undo_net_device(c, &a);
	}
	case OP_UNDO_HOOK: {
		struct undo_hook_args a;

		return decode_undo_hook(args, &a) < 0 ? -EBADMSG : undo_undo_hook(c, &a);
	}
	default:
		return -EBADMSG;
	}
}

bool step_undoes(uint32_t op)
{
	return op == OP_CLAIM || op == OP_PIDFILE || op == OP_CGROUP || op == OP_RDT_GROUP || op == OP_SPAWN || op == OP_UNIT || op == OP_UNCOVER || op == OP_NET_KEEP || op == OP_NET_DEVICE || op == OP_UNDO_HOOK;
}

static const uint8_t actors[] = {
	[OP_CLAIM] = 1,
	[OP_RECORD] = 1,
	[OP_PIDFILE] = 1,
	[OP_LISTEN] = 1,
	[OP_CGROUP] = 1,
	[OP_CPUSET] = 1,
	[OP_ENABLE] = 1,
	[OP_WRITE] = 1,
	[OP_WRITE_EITHER] = 1,
	[OP_DELEGATE] = 1,
	[OP_RDT_GROUP] = 1,
	[OP_RDT_FIND] = 1,
	[OP_RDT_SCHEMATA] = 1,
	[OP_DEVICE_FILTER] = 1,
	[OP_BESIDE] = 1,
	[OP_SPAWN] = 1,
	[OP_UNIT] = 1,
	[OP_JOIN] = 2,
	[OP_SOURCE] = 2,
	[OP_SOURCE_IN_ROOT] = 2,
	[OP_NSFD] = 2,
	[OP_SETNS] = 2,
	[OP_UNSHARE] = 2,
	[OP_IDMAP] = 1,
	[OP_BECOME_ROOT] = 2,
	[OP_TIME_OFFSETS] = 1,
	[OP_FORK] = 2,
	[OP_OOM_SCORE] = 1,
	[OP_UNDUMPABLE] = 2,
	[OP_DUMPABLE] = 2,
	[OP_PRLIMIT] = 1 | 2,
	[OP_SETSID] = 2,
	[OP_KEYRING] = 2,
	[OP_LOOPBACK] = 2,
	[OP_PROPAGATION] = 2,
	[OP_ROOTFS] = 2,
	[OP_ROOT] = 2,
	[OP_JOINED_ROOT] = 2,
	[OP_UNCOVER] = 1,
	[OP_MOUNT] = 2,
	[OP_MOUNT_OR_BIND] = 2,
	[OP_BIND] = 2,
	[OP_IDMAP_SOURCE] = 2,
	[OP_REMOUNT] = 2,
	[OP_SYMLINK] = 2,
	[OP_DEVICE] = 2,
	[OP_DEVICE_SOURCE] = 2,
	[OP_DEVICE_BIND] = 2,
	[OP_MKDIR] = 2,
	[OP_PIVOT] = 2,
	[OP_MOVE_ROOT] = 2,
	[OP_CHROOT] = 2,
	[OP_ROOT_PROPAGATION] = 2,
	[OP_READONLY] = 2,
	[OP_MASK] = 2,
	[OP_HOSTNAME] = 2,
	[OP_DOMAINNAME] = 2,
	[OP_PROCFS] = 2,
	[OP_HOST_PROCFS] = 2,
	[OP_SYSCTL] = 2,
	[OP_STDIO_OWNER] = 2,
	[OP_EXECUTABLE] = 2,
	[OP_CHDIR] = 2,
	[OP_BOUNDING] = 2,
	[OP_USER] = 2,
	[OP_CWD] = 2,
	[OP_CAPABILITIES] = 2,
	[OP_UMASK] = 2,
	[OP_NO_NEW_PRIVS] = 2,
	[OP_AFFINITY] = 2,
	[OP_SCHEDULER] = 1 | 2,
	[OP_IO_PRIORITY] = 1 | 2,
	[OP_PERSONALITY] = 2,
	[OP_MEMORY_POLICY] = 2,
	[OP_LABEL] = 2,
	[OP_FILE_LABEL] = 2,
	[OP_NET_KEEP] = 1,
	[OP_NET_DEVICE] = 1,
	[OP_WAIT] = 2,
	[OP_HOOK] = 1 | 2,
	[OP_HOME] = 2,
	[OP_NOTHING] = 2,
	[OP_CLEAN] = 2,
	[OP_READY] = 2,
	[OP_AGENT] = 1,
	[OP_SECCOMP] = 2,
	[OP_EXEC] = 2,
	[OP_REAP] = 1,
	[OP_UNWIND] = 1,
	[OP_UNDO_HOOK] = 1,
	[OP_START] = 1,
	[OP_FORGET] = 1,
	[OP_SIGNAL] = 1,
	[OP_SIGNAL_ALL] = 1,
	[OP_THAW] = 1,
	[OP_GONE] = 1,
	[OP_LOCK] = 1,
	[OP_UNMOUNT] = 1,
	[OP_REMOVE_CGROUP] = 1,
	[OP_NET_RETURN] = 1,
	[OP_NET_RELEASE] = 1,
	[OP_RDT_REMOVE] = 1,
	[OP_STOP_UNIT] = 1,
	[OP_REMOVE_STATE] = 1,
};

int check_step(uint32_t op, uint32_t actor, struct reader *args)
{
	union {
		struct claim_args claim;
		struct record_args record;
		struct pidfile_args pidfile;
		struct listen_args listen;
		struct cgroup_args cgroup;
		struct cpuset_args cpuset;
		struct enable_args enable;
		struct write_args write;
		struct write_either_args write_either;
		struct delegate_args delegate;
		struct rdt_group_args rdt_group;
		struct rdt_find_args rdt_find;
		struct rdt_schemata_args rdt_schemata;
		struct device_filter_args device_filter;
		struct spawn_args spawn;
		struct unit_args unit;
		struct join_args join;
		struct source_args source;
		struct source_in_root_args source_in_root;
		struct nsfd_args nsfd;
		struct setns_args setns;
		struct unshare_args unshare;
		struct idmap_args idmap;
		struct become_root_args become_root;
		struct time_offsets_args time_offsets;
		struct oom_score_args oom_score;
		struct prlimit_args prlimit;
		struct keyring_args keyring;
		struct propagation_args propagation;
		struct rootfs_args rootfs;
		struct root_args root;
		struct joined_root_args joined_root;
		struct uncover_args uncover;
		struct mount_args mount;
		struct mount_or_bind_args mount_or_bind;
		struct bind_args bind;
		struct idmap_source_args idmap_source;
		struct remount_args remount;
		struct symlink_args symlink;
		struct device_args device;
		struct device_source_args device_source;
		struct device_bind_args device_bind;
		struct mkdir_args mkdir;
		struct root_propagation_args root_propagation;
		struct readonly_args readonly;
		struct mask_args mask;
		struct hostname_args hostname;
		struct domainname_args domainname;
		struct host_procfs_args host_procfs;
		struct sysctl_args sysctl;
		struct stdio_owner_args stdio_owner;
		struct executable_args executable;
		struct chdir_args chdir;
		struct bounding_args bounding;
		struct user_args user;
		struct cwd_args cwd;
		struct capabilities_args capabilities;
		struct umask_args umask;
		struct scheduler_args scheduler;
		struct io_priority_args io_priority;
		struct personality_args personality;
		struct memory_policy_args memory_policy;
		struct label_args label;
		struct file_label_args file_label;
		struct net_keep_args net_keep;
		struct net_device_args net_device;
		struct hook_args hook;
		struct home_args home;
		struct clean_args clean;
		struct agent_args agent;
		struct seccomp_args seccomp;
		struct exec_args exec;
		struct undo_hook_args undo_hook;
		struct start_args start;
		struct forget_args forget;
		struct signal_args signal;
		struct signal_all_args signal_all;
		struct thaw_args thaw;
		struct gone_args gone;
		struct lock_args lock;
		struct unmount_args unmount;
		struct remove_cgroup_args remove_cgroup;
		struct net_return_args net_return;
		struct net_release_args net_release;
		struct rdt_remove_args rdt_remove;
		struct stop_unit_args stop_unit;
	} a;

	if (op >= OP_COUNT || actor > INIT || !(actors[op] & 1u << actor))
		return -EBADMSG;
	switch (op) {
	case OP_CLAIM:
		return decode_claim(args, &a.claim);
	case OP_RECORD:
		return decode_record(args, &a.record);
	case OP_PIDFILE:
		return decode_pidfile(args, &a.pidfile);
	case OP_LISTEN:
		return decode_listen(args, &a.listen);
	case OP_CGROUP:
		return decode_cgroup(args, &a.cgroup);
	case OP_CPUSET:
		return decode_cpuset(args, &a.cpuset);
	case OP_ENABLE:
		return decode_enable(args, &a.enable);
	case OP_WRITE:
		return decode_write(args, &a.write);
	case OP_WRITE_EITHER:
		return decode_write_either(args, &a.write_either);
	case OP_DELEGATE:
		return decode_delegate(args, &a.delegate);
	case OP_RDT_GROUP:
		return decode_rdt_group(args, &a.rdt_group);
	case OP_RDT_FIND:
		return decode_rdt_find(args, &a.rdt_find);
	case OP_RDT_SCHEMATA:
		return decode_rdt_schemata(args, &a.rdt_schemata);
	case OP_DEVICE_FILTER:
		return decode_device_filter(args, &a.device_filter);
	case OP_BESIDE:
		return reader_done(args);
	case OP_SPAWN:
		return decode_spawn(args, &a.spawn);
	case OP_UNIT:
		return decode_unit(args, &a.unit);
	case OP_JOIN:
		return decode_join(args, &a.join);
	case OP_SOURCE:
		return decode_source(args, &a.source);
	case OP_SOURCE_IN_ROOT:
		return decode_source_in_root(args, &a.source_in_root);
	case OP_NSFD:
		return decode_nsfd(args, &a.nsfd);
	case OP_SETNS:
		return decode_setns(args, &a.setns);
	case OP_UNSHARE:
		return decode_unshare(args, &a.unshare);
	case OP_IDMAP:
		return decode_idmap(args, &a.idmap);
	case OP_BECOME_ROOT:
		return decode_become_root(args, &a.become_root);
	case OP_TIME_OFFSETS:
		return decode_time_offsets(args, &a.time_offsets);
	case OP_FORK:
		return reader_done(args);
	case OP_OOM_SCORE:
		return decode_oom_score(args, &a.oom_score);
	case OP_UNDUMPABLE:
		return reader_done(args);
	case OP_DUMPABLE:
		return reader_done(args);
	case OP_PRLIMIT:
		return decode_prlimit(args, &a.prlimit);
	case OP_SETSID:
		return reader_done(args);
	case OP_KEYRING:
		return decode_keyring(args, &a.keyring);
	case OP_LOOPBACK:
		return reader_done(args);
	case OP_PROPAGATION:
		return decode_propagation(args, &a.propagation);
	case OP_ROOTFS:
		return decode_rootfs(args, &a.rootfs);
	case OP_ROOT:
		return decode_root(args, &a.root);
	case OP_JOINED_ROOT:
		return decode_joined_root(args, &a.joined_root);
	case OP_UNCOVER:
		return decode_uncover(args, &a.uncover);
	case OP_MOUNT:
		return decode_mount(args, &a.mount);
	case OP_MOUNT_OR_BIND:
		return decode_mount_or_bind(args, &a.mount_or_bind);
	case OP_BIND:
		return decode_bind(args, &a.bind);
	case OP_IDMAP_SOURCE:
		return decode_idmap_source(args, &a.idmap_source);
	case OP_REMOUNT:
		return decode_remount(args, &a.remount);
	case OP_SYMLINK:
		return decode_symlink(args, &a.symlink);
	case OP_DEVICE:
		return decode_device(args, &a.device);
	case OP_DEVICE_SOURCE:
		return decode_device_source(args, &a.device_source);
	case OP_DEVICE_BIND:
		return decode_device_bind(args, &a.device_bind);
	case OP_MKDIR:
		return decode_mkdir(args, &a.mkdir);
	case OP_PIVOT:
		return reader_done(args);
	case OP_MOVE_ROOT:
		return reader_done(args);
	case OP_CHROOT:
		return reader_done(args);
	case OP_ROOT_PROPAGATION:
		return decode_root_propagation(args, &a.root_propagation);
	case OP_READONLY:
		return decode_readonly(args, &a.readonly);
	case OP_MASK:
		return decode_mask(args, &a.mask);
	case OP_HOSTNAME:
		return decode_hostname(args, &a.hostname);
	case OP_DOMAINNAME:
		return decode_domainname(args, &a.domainname);
	case OP_PROCFS:
		return reader_done(args);
	case OP_HOST_PROCFS:
		return decode_host_procfs(args, &a.host_procfs);
	case OP_SYSCTL:
		return decode_sysctl(args, &a.sysctl);
	case OP_STDIO_OWNER:
		return decode_stdio_owner(args, &a.stdio_owner);
	case OP_EXECUTABLE:
		return decode_executable(args, &a.executable);
	case OP_CHDIR:
		return decode_chdir(args, &a.chdir);
	case OP_BOUNDING:
		return decode_bounding(args, &a.bounding);
	case OP_USER:
		return decode_user(args, &a.user);
	case OP_CWD:
		return decode_cwd(args, &a.cwd);
	case OP_CAPABILITIES:
		return decode_capabilities(args, &a.capabilities);
	case OP_UMASK:
		return decode_umask(args, &a.umask);
	case OP_NO_NEW_PRIVS:
		return reader_done(args);
	case OP_AFFINITY:
		return reader_done(args);
	case OP_SCHEDULER:
		return decode_scheduler(args, &a.scheduler);
	case OP_IO_PRIORITY:
		return decode_io_priority(args, &a.io_priority);
	case OP_PERSONALITY:
		return decode_personality(args, &a.personality);
	case OP_MEMORY_POLICY:
		return decode_memory_policy(args, &a.memory_policy);
	case OP_LABEL:
		return decode_label(args, &a.label);
	case OP_FILE_LABEL:
		return decode_file_label(args, &a.file_label);
	case OP_NET_KEEP:
		return decode_net_keep(args, &a.net_keep);
	case OP_NET_DEVICE:
		return decode_net_device(args, &a.net_device);
	case OP_WAIT:
		return reader_done(args);
	case OP_HOOK:
		return decode_hook(args, &a.hook);
	case OP_HOME:
		return decode_home(args, &a.home);
	case OP_NOTHING:
		return reader_done(args);
	case OP_CLEAN:
		return decode_clean(args, &a.clean);
	case OP_READY:
		return reader_done(args);
	case OP_AGENT:
		return decode_agent(args, &a.agent);
	case OP_SECCOMP:
		return decode_seccomp(args, &a.seccomp);
	case OP_EXEC:
		return decode_exec(args, &a.exec);
	case OP_REAP:
		return reader_done(args);
	case OP_UNWIND:
		return reader_done(args);
	case OP_UNDO_HOOK:
		return decode_undo_hook(args, &a.undo_hook);
	case OP_START:
		return decode_start(args, &a.start);
	case OP_FORGET:
		return decode_forget(args, &a.forget);
	case OP_SIGNAL:
		return decode_signal(args, &a.signal);
	case OP_SIGNAL_ALL:
		return decode_signal_all(args, &a.signal_all);
	case OP_THAW:
		return decode_thaw(args, &a.thaw);
	case OP_GONE:
		return decode_gone(args, &a.gone);
	case OP_LOCK:
		return decode_lock(args, &a.lock);
	case OP_UNMOUNT:
		return decode_unmount(args, &a.unmount);
	case OP_REMOVE_CGROUP:
		return decode_remove_cgroup(args, &a.remove_cgroup);
	case OP_NET_RETURN:
		return decode_net_return(args, &a.net_return);
	case OP_NET_RELEASE:
		return decode_net_release(args, &a.net_release);
	case OP_RDT_REMOVE:
		return decode_rdt_remove(args, &a.rdt_remove);
	case OP_STOP_UNIT:
		return decode_stop_unit(args, &a.stop_unit);
	case OP_REMOVE_STATE:
		return reader_done(args);
	default:
		return -EBADMSG;
	}
}
