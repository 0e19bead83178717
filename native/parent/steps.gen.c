/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#include "parent/steps.gen.h"

#include <errno.h>

static int decode_console_socket(struct reader *args, struct console_socket_args *a)
{
	a->path = read_str(args);
	return reader_done(args);
}

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

static int decode_pidfd_socket(struct reader *args, struct pidfd_socket_args *a)
{
	a->path = read_str(args);
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_listen(struct reader *args, struct listen_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_notify_socket(struct reader *args, struct notify_socket_args *a)
{
	a->path = read_str(args);
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

static int decode_idmap(struct reader *args, struct idmap_args *a)
{
	a->uids = read_str(args);
	a->gids = read_str(args);
	a->deny_setgroups = read_u32(args);
	a->uid_helper = read_u32(args);
	a->gid_helper = read_u32(args);
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

static int decode_uncover(struct reader *args, struct uncover_args *a)
{
	a->path = read_str(args);
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

static int decode_pin(struct reader *args, struct pin_args *a)
{
	a->type = read_u32(args);
	a->file = read_str(args);
	a->path = read_str(args);
	return reader_done(args);
}

static int decode_net_open(struct reader *args, struct net_open_args *a)
{
	a->name = read_str(args);
	a->path = read_str(args);
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_bridge(struct reader *args, struct bridge_args *a)
{
	a->of = read_str(args);
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_veth(struct reader *args, struct veth_args *a)
{
	a->of = read_str(args);
	a->name = read_str(args);
	a->other_of = read_str(args);
	a->other = read_str(args);
	return reader_done(args);
}

static int decode_link_join(struct reader *args, struct link_join_args *a)
{
	a->of = read_str(args);
	a->device = read_str(args);
	a->bridge = read_str(args);
	return reader_done(args);
}

static int decode_link_move(struct reader *args, struct link_move_args *a)
{
	a->of = read_str(args);
	a->name = read_str(args);
	a->to_of = read_str(args);
	a->to = read_str(args);
	return reader_done(args);
}

static int decode_address(struct reader *args, struct address_args *a)
{
	a->of = read_str(args);
	a->device = read_str(args);
	a->address = read_str(args);
	a->prefix = read_u32(args);
	return reader_done(args);
}

static int decode_link_up(struct reader *args, struct link_up_args *a)
{
	a->of = read_str(args);
	a->device = read_str(args);
	return reader_done(args);
}

static int decode_route(struct reader *args, struct route_args *a)
{
	a->of = read_str(args);
	a->device = read_str(args);
	a->to = read_str(args);
	a->prefix = read_u32(args);
	a->gateway = read_str(args);
	return reader_done(args);
}

static int decode_link_remove(struct reader *args, struct link_remove_args *a)
{
	a->of = read_str(args);
	a->device = read_str(args);
	return reader_done(args);
}

static int decode_criu(struct reader *args, struct criu_args *a)
{
	a->into = read_text(args);
	a->root = read_str(args);
	a->place = read_str(args);
	a->folders = read_strs(args);
	a->mode = read_u32(args);
	a->inherit = read_strs(args);
	a->record = read_str(args);
	return reader_done(args);
}

static int decode_criu_ask(struct reader *args, struct criu_ask_args *a)
{
	a->verb = read_str(args);
	a->join = read_texts(args);
	a->request = read_bytes(args);
	a->answer = read_bytes(args);
	a->until = read_str(args);
	a->dump = read_u32(args);
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

static int decode_agent(struct reader *args, struct agent_args *a)
{
	a->path = read_str(args);
	a->state = read_text(args);
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_deadline(struct reader *args, struct deadline_args *a)
{
	a->timeout = read_u64(args);
	a->grace = read_u32(args);
	a->whole = read_u32(args);
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

static int decode_unlink(struct reader *args, struct unlink_args *a)
{
	a->name = read_str(args);
	return reader_done(args);
}

static int decode_notify(struct reader *args, struct notify_args *a)
{
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
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
	a->pid = read_u32(args);
	a->start_time = read_u64(args);
	return reader_done(args);
}

static int decode_thaw(struct reader *args, struct thaw_args *a)
{
	a->dir = read_text(args);
	return reader_done(args);
}

static int decode_change(struct reader *args, struct change_args *a)
{
	a->path = read_str(args);
	a->value = read_str(args);
	a->was = read_str(args);
	return reader_done(args);
}

static int decode_set_unit(struct reader *args, struct set_unit_args *a)
{
	a->name = read_str(args);
	a->bus = read_str(args);
	a->properties = read_str(args);
	a->hello = read_bytes(args);
	a->call = read_bytes(args);
	a->timeout = read_u32(args);
	return reader_done(args);
}

static int decode_freeze(struct reader *args, struct freeze_args *a)
{
	a->dir = read_text(args);
	a->inode = read_u64(args);
	a->timeout = read_u32(args);
	return reader_done(args);
}

static int decode_unfreeze(struct reader *args, struct unfreeze_args *a)
{
	a->dir = read_text(args);
	a->inode = read_u64(args);
	a->timeout = read_u32(args);
	return reader_done(args);
}

static int decode_wait_for_exit(struct reader *args, struct wait_for_exit_args *a)
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
	a->cover = read_u64(args);
	a->below = read_u64(args);
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
	case OP_CONSOLE_SOCKET: {
		struct console_socket_args a;

		return decode_console_socket(args, &a) < 0 ? -EBADMSG : do_console_socket(c, &a);
	}
	case OP_CALLER_TERMINAL:
		return reader_done(args) < 0 ? -EBADMSG : do_caller_terminal(c);
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
	case OP_PIDFD_SOCKET: {
		struct pidfd_socket_args a;

		return decode_pidfd_socket(args, &a) < 0 ? -EBADMSG : do_pidfd_socket(c, &a);
	}
	case OP_LISTEN: {
		struct listen_args a;

		return decode_listen(args, &a) < 0 ? -EBADMSG : do_listen(c, &a);
	}
	case OP_NOTIFY_FOLDER:
		return reader_done(args) < 0 ? -EBADMSG : do_notify_folder(c);
	case OP_NOTIFY_SOCKET: {
		struct notify_socket_args a;

		return decode_notify_socket(args, &a) < 0 ? -EBADMSG : do_notify_socket(c, &a);
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
	case OP_CONCURRENT:
		return reader_done(args) < 0 ? -EBADMSG : do_concurrent(c);
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
	case OP_PIN: {
		struct pin_args a;

		return decode_pin(args, &a) < 0 ? -EBADMSG : do_pin(c, &a);
	}
	case OP_NET_OPEN: {
		struct net_open_args a;

		return decode_net_open(args, &a) < 0 ? -EBADMSG : do_net_open(c, &a);
	}
	case OP_BRIDGE: {
		struct bridge_args a;

		return decode_bridge(args, &a) < 0 ? -EBADMSG : do_bridge(c, &a);
	}
	case OP_VETH: {
		struct veth_args a;

		return decode_veth(args, &a) < 0 ? -EBADMSG : do_veth(c, &a);
	}
	case OP_LINK_JOIN: {
		struct link_join_args a;

		return decode_link_join(args, &a) < 0 ? -EBADMSG : do_link_join(c, &a);
	}
	case OP_LINK_MOVE: {
		struct link_move_args a;

		return decode_link_move(args, &a) < 0 ? -EBADMSG : do_link_move(c, &a);
	}
	case OP_ADDRESS: {
		struct address_args a;

		return decode_address(args, &a) < 0 ? -EBADMSG : do_address(c, &a);
	}
	case OP_LINK_UP: {
		struct link_up_args a;

		return decode_link_up(args, &a) < 0 ? -EBADMSG : do_link_up(c, &a);
	}
	case OP_ROUTE: {
		struct route_args a;

		return decode_route(args, &a) < 0 ? -EBADMSG : do_route(c, &a);
	}
	case OP_LINK_REMOVE: {
		struct link_remove_args a;

		return decode_link_remove(args, &a) < 0 ? -EBADMSG : do_link_remove(c, &a);
	}
	case OP_PATIENT:
		return reader_done(args) < 0 ? -EBADMSG : do_patient(c);
	case OP_ALIVE:
		return reader_done(args) < 0 ? -EBADMSG : do_alive(c);
	case OP_CRIU: {
		struct criu_args a;

		return decode_criu(args, &a) < 0 ? -EBADMSG : do_criu(c, &a);
	}
	case OP_CRIU_ASK: {
		struct criu_ask_args a;

		return decode_criu_ask(args, &a) < 0 ? -EBADMSG : do_criu_ask(c, &a);
	}
	case OP_HOOK: {
		struct hook_args a;

		return decode_hook(args, &a) < 0 ? -EBADMSG : do_hook(common, &a);
	}
	case OP_AGENT: {
		struct agent_args a;

		return decode_agent(args, &a) < 0 ? -EBADMSG : do_agent(c, &a);
	}
	case OP_DEADLINE: {
		struct deadline_args a;

		return decode_deadline(args, &a) < 0 ? -EBADMSG : do_deadline(c, &a);
	}
	case OP_EXECUTED:
		return reader_done(args) < 0 ? -EBADMSG : do_executed(c);
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
	case OP_UNLINK: {
		struct unlink_args a;

		return decode_unlink(args, &a) < 0 ? -EBADMSG : do_unlink(c, &a);
	}
	case OP_UNLOCK:
		return reader_done(args) < 0 ? -EBADMSG : do_unlock(c);
	case OP_NOTIFY: {
		struct notify_args a;

		return decode_notify(args, &a) < 0 ? -EBADMSG : do_notify(c, &a);
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
	case OP_CHANGE: {
		struct change_args a;

		return decode_change(args, &a) < 0 ? -EBADMSG : do_change(c, &a);
	}
	case OP_SET_UNIT: {
		struct set_unit_args a;

		return decode_set_unit(args, &a) < 0 ? -EBADMSG : do_set_unit(c, &a);
	}
	case OP_FREEZE: {
		struct freeze_args a;

		return decode_freeze(args, &a) < 0 ? -EBADMSG : do_freeze(c, &a);
	}
	case OP_UNFREEZE: {
		struct unfreeze_args a;

		return decode_unfreeze(args, &a) < 0 ? -EBADMSG : do_unfreeze(c, &a);
	}
	case OP_WAIT_FOR_EXIT: {
		struct wait_for_exit_args a;

		return decode_wait_for_exit(args, &a) < 0 ? -EBADMSG : do_wait_for_exit(c, &a);
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
	case OP_PIN: {
		struct pin_args a;

		return decode_pin(args, &a) < 0 ? -EBADMSG : undo_pin(c, &a);
	}
	case OP_BRIDGE: {
		struct bridge_args a;

		return decode_bridge(args, &a) < 0 ? -EBADMSG : undo_bridge(c, &a);
	}
	case OP_VETH: {
		struct veth_args a;

		return decode_veth(args, &a) < 0 ? -EBADMSG : undo_veth(c, &a);
	}
	case OP_LINK_MOVE: {
		struct link_move_args a;

		return decode_link_move(args, &a) < 0 ? -EBADMSG : undo_link_move(c, &a);
	}
	case OP_ADDRESS: {
		struct address_args a;

		return decode_address(args, &a) < 0 ? -EBADMSG : undo_address(c, &a);
	}
	case OP_LINK_UP: {
		struct link_up_args a;

		return decode_link_up(args, &a) < 0 ? -EBADMSG : undo_link_up(c, &a);
	}
	case OP_ROUTE: {
		struct route_args a;

		return decode_route(args, &a) < 0 ? -EBADMSG : undo_route(c, &a);
	}
	case OP_CRIU: {
		struct criu_args a;

		return decode_criu(args, &a) < 0 ? -EBADMSG : undo_criu(c, &a);
	}
	case OP_UNDO_HOOK: {
		struct undo_hook_args a;

		return decode_undo_hook(args, &a) < 0 ? -EBADMSG : undo_undo_hook(c, &a);
	}
	case OP_CHANGE: {
		struct change_args a;

		return decode_change(args, &a) < 0 ? -EBADMSG : undo_change(c, &a);
	}
	default:
		return -EBADMSG;
	}
}

bool step_undoes(uint32_t op)
{
	return op == OP_CLAIM || op == OP_PIDFILE || op == OP_CGROUP || op == OP_RDT_GROUP || op == OP_SPAWN || op == OP_UNIT || op == OP_UNCOVER || op == OP_NET_KEEP || op == OP_NET_DEVICE || op == OP_PIN || op == OP_BRIDGE || op == OP_VETH || op == OP_LINK_MOVE || op == OP_ADDRESS || op == OP_LINK_UP || op == OP_ROUTE || op == OP_CRIU || op == OP_UNDO_HOOK || op == OP_CHANGE;
}
