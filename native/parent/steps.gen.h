/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "parent/parent.h"
#include "shared/steps.gen.h"

int do_console_socket(struct parent *c, const struct console_socket_args *a);
int do_caller_terminal(struct parent *c);
int do_claim(struct parent *c, const struct claim_args *a);
int undo_claim(struct parent *c, const struct claim_args *a);
int do_record(struct parent *c, const struct record_args *a);
int do_pidfile(struct parent *c, const struct pidfile_args *a);
int undo_pidfile(struct parent *c, const struct pidfile_args *a);
int do_pidfd_socket(struct parent *c, const struct pidfd_socket_args *a);
int do_listen(struct parent *c, const struct listen_args *a);
int do_notify_folder(struct parent *c);
int do_notify_socket(struct parent *c, const struct notify_socket_args *a);
int do_cgroup(struct parent *c, const struct cgroup_args *a);
int undo_cgroup(struct parent *c, const struct cgroup_args *a);
int do_cpuset(struct parent *c, const struct cpuset_args *a);
int do_enable(struct parent *c, const struct enable_args *a);
int do_write(struct parent *c, const struct write_args *a);
int do_write_either(struct parent *c, const struct write_either_args *a);
int do_delegate(struct parent *c, const struct delegate_args *a);
int do_rdt_group(struct parent *c, const struct rdt_group_args *a);
int undo_rdt_group(struct parent *c, const struct rdt_group_args *a);
int do_rdt_find(struct parent *c, const struct rdt_find_args *a);
int do_rdt_schemata(struct parent *c, const struct rdt_schemata_args *a);
int do_device_filter(struct parent *c, const struct device_filter_args *a);
int do_concurrent(struct parent *c);
int do_spawn(struct parent *c, const struct spawn_args *a);
int undo_spawn(struct parent *c, const struct spawn_args *a);
int do_unit(struct parent *c, const struct unit_args *a);
int undo_unit(struct parent *c, const struct unit_args *a);
int do_idmap(struct parent *c, const struct idmap_args *a);
int do_time_offsets(struct parent *c, const struct time_offsets_args *a);
int do_oom_score(struct parent *c, const struct oom_score_args *a);
int do_uncover(struct parent *c, const struct uncover_args *a);
int undo_uncover(struct parent *c, const struct uncover_args *a);
int do_net_keep(struct parent *c, const struct net_keep_args *a);
int undo_net_keep(struct parent *c, const struct net_keep_args *a);
int do_net_device(struct parent *c, const struct net_device_args *a);
int undo_net_device(struct parent *c, const struct net_device_args *a);
int do_pin(struct parent *c, const struct pin_args *a);
int undo_pin(struct parent *c, const struct pin_args *a);
int do_alive(struct parent *c);
int do_agent(struct parent *c, const struct agent_args *a);
int do_deadline(struct parent *c, const struct deadline_args *a);
int do_reap(struct parent *c);
int do_unwind(struct parent *c);
int do_undo_hook(struct parent *c, const struct undo_hook_args *a);
int undo_undo_hook(struct parent *c, const struct undo_hook_args *a);
int do_start(struct parent *c, const struct start_args *a);
int do_unlink(struct parent *c, const struct unlink_args *a);
int do_unlock(struct parent *c);
int do_notify(struct parent *c, const struct notify_args *a);
int do_signal(struct parent *c, const struct signal_args *a);
int do_signal_all(struct parent *c, const struct signal_all_args *a);
int do_thaw(struct parent *c, const struct thaw_args *a);
int do_change(struct parent *c, const struct change_args *a);
int undo_change(struct parent *c, const struct change_args *a);
int do_set_unit(struct parent *c, const struct set_unit_args *a);
int do_freeze(struct parent *c, const struct freeze_args *a);
int do_unfreeze(struct parent *c, const struct unfreeze_args *a);
int do_wait_for_exit(struct parent *c, const struct wait_for_exit_args *a);
int do_lock(struct parent *c, const struct lock_args *a);
int do_unmount(struct parent *c, const struct unmount_args *a);
int do_remove_cgroup(struct parent *c, const struct remove_cgroup_args *a);
int do_net_return(struct parent *c, const struct net_return_args *a);
int do_net_release(struct parent *c, const struct net_release_args *a);
int do_rdt_remove(struct parent *c, const struct rdt_remove_args *a);
int do_stop_unit(struct parent *c, const struct stop_unit_args *a);
int do_remove_state(struct parent *c);

/* Carries out a step; 0 or -errno, -EBADMSG for arguments that are not well formed. */
int parent_step(struct common *common, uint32_t op, struct reader *args);
/* The same, to undo it, and whether there is something to undo. */
int undo_step(struct parent *c, uint32_t op, struct reader *args);
bool step_undoes(uint32_t op);
