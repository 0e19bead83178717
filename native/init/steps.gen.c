/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#include "init/steps.gen.h"

#include <errno.h>

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

static int decode_become_root(struct reader *args, struct become_root_args *a)
{
	a->uid = read_u32(args);
	a->gid = read_u32(args);
	a->keep_groups = read_u32(args);
	return reader_done(args);
}

static int decode_parent_death(struct reader *args, struct parent_death_args *a)
{
	a->signal = read_u32(args);
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

static int decode_mount(struct reader *args, struct mount_args *a)
{
	a->fs = read_str(args);
	a->source = read_str(args);
	a->target = read_str(args);
	a->attrs = read_u64(args);
	a->options = read_strs(args);
	a->propagation = read_u32(args);
	a->no_symlinks = read_u32(args);
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
	a->no_symlinks = read_u32(args);
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
	a->no_symlinks = read_u32(args);
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

static int decode_terminal(struct reader *args, struct terminal_args *a)
{
	a->uid = read_u32(args);
	a->rows = read_u32(args);
	a->columns = read_u32(args);
	a->console = read_u32(args);
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
	a->make = read_u32(args);
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

static int decode_affinity(struct reader *args, struct affinity_args *a)
{
	a->cpus = read_bytes(args);
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

static int decode_enter(struct reader *args, struct enter_args *a)
{
	a->types = read_u32(args);
	a->drop_groups = read_u32(args);
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_enter_root(struct reader *args, struct enter_root_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_mounted(struct reader *args, struct mounted_args *a)
{
	a->slot = read_u32(args);
	a->target = read_str(args);
	return reader_done(args);
}

static int decode_detach(struct reader *args, struct detach_args *a)
{
	a->slot = read_u32(args);
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

int init_step(struct common *common, uint32_t op, struct reader *args)
{
	struct init *c = init_of(common);

	switch (op) {
	case OP_JOIN: {
		struct join_args a;

		return decode_join(args, &a) < 0 ? -EBADMSG : do_join(c, &a);
	}
	case OP_SOURCE: {
		struct source_args a;

		return decode_source(args, &a) < 0 ? -EBADMSG : do_source(c, &a);
	}
	case OP_SOURCE_IN_ROOT: {
		struct source_in_root_args a;

		return decode_source_in_root(args, &a) < 0 ? -EBADMSG : do_source_in_root(c, &a);
	}
	case OP_NSFD: {
		struct nsfd_args a;

		return decode_nsfd(args, &a) < 0 ? -EBADMSG : do_nsfd(c, &a);
	}
	case OP_SETNS: {
		struct setns_args a;

		return decode_setns(args, &a) < 0 ? -EBADMSG : do_setns(c, &a);
	}
	case OP_UNSHARE: {
		struct unshare_args a;

		return decode_unshare(args, &a) < 0 ? -EBADMSG : do_unshare(c, &a);
	}
	case OP_BECOME_ROOT: {
		struct become_root_args a;

		return decode_become_root(args, &a) < 0 ? -EBADMSG : do_become_root(c, &a);
	}
	case OP_FORK:
		return reader_done(args) < 0 ? -EBADMSG : do_fork(c);
	case OP_PARENT_DEATH: {
		struct parent_death_args a;

		return decode_parent_death(args, &a) < 0 ? -EBADMSG : do_parent_death(c, &a);
	}
	case OP_UNDUMPABLE:
		return reader_done(args) < 0 ? -EBADMSG : do_undumpable(c);
	case OP_DUMPABLE:
		return reader_done(args) < 0 ? -EBADMSG : do_dumpable(c);
	case OP_PRLIMIT: {
		struct prlimit_args a;

		return decode_prlimit(args, &a) < 0 ? -EBADMSG : do_prlimit(common, &a);
	}
	case OP_SETSID:
		return reader_done(args) < 0 ? -EBADMSG : do_setsid(c);
	case OP_KEYRING: {
		struct keyring_args a;

		return decode_keyring(args, &a) < 0 ? -EBADMSG : do_keyring(c, &a);
	}
	case OP_LOOPBACK:
		return reader_done(args) < 0 ? -EBADMSG : do_loopback(c);
	case OP_PROPAGATION: {
		struct propagation_args a;

		return decode_propagation(args, &a) < 0 ? -EBADMSG : do_propagation(c, &a);
	}
	case OP_ROOTFS: {
		struct rootfs_args a;

		return decode_rootfs(args, &a) < 0 ? -EBADMSG : do_rootfs(c, &a);
	}
	case OP_ROOT: {
		struct root_args a;

		return decode_root(args, &a) < 0 ? -EBADMSG : do_root(c, &a);
	}
	case OP_JOINED_ROOT: {
		struct joined_root_args a;

		return decode_joined_root(args, &a) < 0 ? -EBADMSG : do_joined_root(c, &a);
	}
	case OP_MOUNT: {
		struct mount_args a;

		return decode_mount(args, &a) < 0 ? -EBADMSG : do_mount(c, &a);
	}
	case OP_MOUNT_OR_BIND: {
		struct mount_or_bind_args a;

		return decode_mount_or_bind(args, &a) < 0 ? -EBADMSG : do_mount_or_bind(c, &a);
	}
	case OP_BIND: {
		struct bind_args a;

		return decode_bind(args, &a) < 0 ? -EBADMSG : do_bind(c, &a);
	}
	case OP_IDMAP_SOURCE: {
		struct idmap_source_args a;

		return decode_idmap_source(args, &a) < 0 ? -EBADMSG : do_idmap_source(c, &a);
	}
	case OP_REMOUNT: {
		struct remount_args a;

		return decode_remount(args, &a) < 0 ? -EBADMSG : do_remount(c, &a);
	}
	case OP_SYMLINK: {
		struct symlink_args a;

		return decode_symlink(args, &a) < 0 ? -EBADMSG : do_symlink(c, &a);
	}
	case OP_DEVICE: {
		struct device_args a;

		return decode_device(args, &a) < 0 ? -EBADMSG : do_device(c, &a);
	}
	case OP_DEVICE_SOURCE: {
		struct device_source_args a;

		return decode_device_source(args, &a) < 0 ? -EBADMSG : do_device_source(c, &a);
	}
	case OP_DEVICE_BIND: {
		struct device_bind_args a;

		return decode_device_bind(args, &a) < 0 ? -EBADMSG : do_device_bind(c, &a);
	}
	case OP_MKDIR: {
		struct mkdir_args a;

		return decode_mkdir(args, &a) < 0 ? -EBADMSG : do_mkdir(c, &a);
	}
	case OP_PIVOT:
		return reader_done(args) < 0 ? -EBADMSG : do_pivot(c);
	case OP_MOVE_ROOT:
		return reader_done(args) < 0 ? -EBADMSG : do_move_root(c);
	case OP_CHROOT:
		return reader_done(args) < 0 ? -EBADMSG : do_chroot(c);
	case OP_ROOT_PROPAGATION: {
		struct root_propagation_args a;

		return decode_root_propagation(args, &a) < 0 ? -EBADMSG : do_root_propagation(c, &a);
	}
	case OP_READONLY: {
		struct readonly_args a;

		return decode_readonly(args, &a) < 0 ? -EBADMSG : do_readonly(c, &a);
	}
	case OP_MASK: {
		struct mask_args a;

		return decode_mask(args, &a) < 0 ? -EBADMSG : do_mask(c, &a);
	}
	case OP_TERMINAL: {
		struct terminal_args a;

		return decode_terminal(args, &a) < 0 ? -EBADMSG : do_terminal(c, &a);
	}
	case OP_HOSTNAME: {
		struct hostname_args a;

		return decode_hostname(args, &a) < 0 ? -EBADMSG : do_hostname(c, &a);
	}
	case OP_DOMAINNAME: {
		struct domainname_args a;

		return decode_domainname(args, &a) < 0 ? -EBADMSG : do_domainname(c, &a);
	}
	case OP_PROCFS:
		return reader_done(args) < 0 ? -EBADMSG : do_procfs(c);
	case OP_HOST_PROCFS: {
		struct host_procfs_args a;

		return decode_host_procfs(args, &a) < 0 ? -EBADMSG : do_host_procfs(c, &a);
	}
	case OP_SYSCTL: {
		struct sysctl_args a;

		return decode_sysctl(args, &a) < 0 ? -EBADMSG : do_sysctl(c, &a);
	}
	case OP_STDIO_OWNER: {
		struct stdio_owner_args a;

		return decode_stdio_owner(args, &a) < 0 ? -EBADMSG : do_stdio_owner(c, &a);
	}
	case OP_EXECUTABLE: {
		struct executable_args a;

		return decode_executable(args, &a) < 0 ? -EBADMSG : do_executable(c, &a);
	}
	case OP_CHDIR: {
		struct chdir_args a;

		return decode_chdir(args, &a) < 0 ? -EBADMSG : do_chdir(c, &a);
	}
	case OP_BOUNDING: {
		struct bounding_args a;

		return decode_bounding(args, &a) < 0 ? -EBADMSG : do_bounding(c, &a);
	}
	case OP_USER: {
		struct user_args a;

		return decode_user(args, &a) < 0 ? -EBADMSG : do_user(c, &a);
	}
	case OP_CWD: {
		struct cwd_args a;

		return decode_cwd(args, &a) < 0 ? -EBADMSG : do_cwd(c, &a);
	}
	case OP_CAPABILITIES: {
		struct capabilities_args a;

		return decode_capabilities(args, &a) < 0 ? -EBADMSG : do_capabilities(c, &a);
	}
	case OP_UMASK: {
		struct umask_args a;

		return decode_umask(args, &a) < 0 ? -EBADMSG : do_umask(c, &a);
	}
	case OP_NO_NEW_PRIVS:
		return reader_done(args) < 0 ? -EBADMSG : do_no_new_privs(c);
	case OP_AFFINITY: {
		struct affinity_args a;

		return decode_affinity(args, &a) < 0 ? -EBADMSG : do_affinity(c, &a);
	}
	case OP_SCHEDULER: {
		struct scheduler_args a;

		return decode_scheduler(args, &a) < 0 ? -EBADMSG : do_scheduler(common, &a);
	}
	case OP_IO_PRIORITY: {
		struct io_priority_args a;

		return decode_io_priority(args, &a) < 0 ? -EBADMSG : do_io_priority(common, &a);
	}
	case OP_PERSONALITY: {
		struct personality_args a;

		return decode_personality(args, &a) < 0 ? -EBADMSG : do_personality(c, &a);
	}
	case OP_MEMORY_POLICY: {
		struct memory_policy_args a;

		return decode_memory_policy(args, &a) < 0 ? -EBADMSG : do_memory_policy(c, &a);
	}
	case OP_LABEL: {
		struct label_args a;

		return decode_label(args, &a) < 0 ? -EBADMSG : do_label(c, &a);
	}
	case OP_FILE_LABEL: {
		struct file_label_args a;

		return decode_file_label(args, &a) < 0 ? -EBADMSG : do_file_label(c, &a);
	}
	case OP_OWN_PROCFS:
		return reader_done(args) < 0 ? -EBADMSG : do_own_procfs(c);
	case OP_ENTER: {
		struct enter_args a;

		return decode_enter(args, &a) < 0 ? -EBADMSG : do_enter(c, &a);
	}
	case OP_ENTER_ROOT: {
		struct enter_root_args a;

		return decode_enter_root(args, &a) < 0 ? -EBADMSG : do_enter_root(c, &a);
	}
	case OP_HOLD_PROCFS:
		return reader_done(args) < 0 ? -EBADMSG : do_hold_procfs(c);
	case OP_MOUNTED: {
		struct mounted_args a;

		return decode_mounted(args, &a) < 0 ? -EBADMSG : do_mounted(c, &a);
	}
	case OP_DETACH: {
		struct detach_args a;

		return decode_detach(args, &a) < 0 ? -EBADMSG : do_detach(c, &a);
	}
	case OP_DONE:
		return reader_done(args) < 0 ? -EBADMSG : do_done(c);
	case OP_WAIT:
		return reader_done(args) < 0 ? -EBADMSG : do_wait(c);
	case OP_HOOK: {
		struct hook_args a;

		return decode_hook(args, &a) < 0 ? -EBADMSG : do_hook(common, &a);
	}
	case OP_HOME: {
		struct home_args a;

		return decode_home(args, &a) < 0 ? -EBADMSG : do_home(c, &a);
	}
	case OP_EXIT:
		return reader_done(args) < 0 ? -EBADMSG : do_exit(c);
	case OP_CLEAN: {
		struct clean_args a;

		return decode_clean(args, &a) < 0 ? -EBADMSG : do_clean(c, &a);
	}
	case OP_READY:
		return reader_done(args) < 0 ? -EBADMSG : do_ready(c);
	case OP_SECCOMP: {
		struct seccomp_args a;

		return decode_seccomp(args, &a) < 0 ? -EBADMSG : do_seccomp(c, &a);
	}
	case OP_EXEC: {
		struct exec_args a;

		return decode_exec(args, &a) < 0 ? -EBADMSG : do_exec(c, &a);
	}
	default:
		return -EBADMSG;
	}
}
