/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "init/init.h"
#include "shared/steps.gen.h"

int do_join(struct init *c, const struct join_args *a);
int do_source(struct init *c, const struct source_args *a);
int do_source_in_root(struct init *c, const struct source_in_root_args *a);
int do_nsfd(struct init *c, const struct nsfd_args *a);
int do_setns(struct init *c, const struct setns_args *a);
int do_unshare(struct init *c, const struct unshare_args *a);
int do_become_root(struct init *c, const struct become_root_args *a);
int do_fork(struct init *c);
int do_parent_death(struct init *c, const struct parent_death_args *a);
int do_undumpable(struct init *c);
int do_dumpable(struct init *c);
int do_setsid(struct init *c);
int do_keyring(struct init *c, const struct keyring_args *a);
int do_loopback(struct init *c);
int do_propagation(struct init *c, const struct propagation_args *a);
int do_rootfs(struct init *c, const struct rootfs_args *a);
int do_root(struct init *c, const struct root_args *a);
int do_joined_root(struct init *c, const struct joined_root_args *a);
int do_mount(struct init *c, const struct mount_args *a);
int do_mount_or_bind(struct init *c, const struct mount_or_bind_args *a);
int do_bind(struct init *c, const struct bind_args *a);
int do_idmap_source(struct init *c, const struct idmap_source_args *a);
int do_remount(struct init *c, const struct remount_args *a);
int do_symlink(struct init *c, const struct symlink_args *a);
int do_device(struct init *c, const struct device_args *a);
int do_device_source(struct init *c, const struct device_source_args *a);
int do_device_bind(struct init *c, const struct device_bind_args *a);
int do_mkdir(struct init *c, const struct mkdir_args *a);
int do_pivot(struct init *c);
int do_move_root(struct init *c);
int do_chroot(struct init *c);
int do_root_propagation(struct init *c, const struct root_propagation_args *a);
int do_readonly(struct init *c, const struct readonly_args *a);
int do_mask(struct init *c, const struct mask_args *a);
int do_terminal(struct init *c, const struct terminal_args *a);
int do_hostname(struct init *c, const struct hostname_args *a);
int do_domainname(struct init *c, const struct domainname_args *a);
int do_procfs(struct init *c);
int do_host_procfs(struct init *c, const struct host_procfs_args *a);
int do_sysctl(struct init *c, const struct sysctl_args *a);
int do_stdio_owner(struct init *c, const struct stdio_owner_args *a);
int do_executable(struct init *c, const struct executable_args *a);
int do_chdir(struct init *c, const struct chdir_args *a);
int do_bounding(struct init *c, const struct bounding_args *a);
int do_user(struct init *c, const struct user_args *a);
int do_cwd(struct init *c, const struct cwd_args *a);
int do_capabilities(struct init *c, const struct capabilities_args *a);
int do_umask(struct init *c, const struct umask_args *a);
int do_no_new_privs(struct init *c);
int do_affinity(struct init *c, const struct affinity_args *a);
int do_personality(struct init *c, const struct personality_args *a);
int do_memory_policy(struct init *c, const struct memory_policy_args *a);
int do_label(struct init *c, const struct label_args *a);
int do_file_label(struct init *c, const struct file_label_args *a);
int do_own_procfs(struct init *c);
int do_enter(struct init *c, const struct enter_args *a);
int do_enter_root(struct init *c, const struct enter_root_args *a);
int do_hold_procfs(struct init *c);
int do_mounted(struct init *c, const struct mounted_args *a);
int do_detach(struct init *c, const struct detach_args *a);
int do_done(struct init *c);
int do_wait(struct init *c);
int do_home(struct init *c, const struct home_args *a);
int do_exit(struct init *c);
int do_clean(struct init *c, const struct clean_args *a);
int do_ready(struct init *c);
int do_seccomp(struct init *c, const struct seccomp_args *a);
int do_exec(struct init *c, const struct exec_args *a);

/* Carries out a step; 0 or -errno, -EBADMSG for arguments that are not well formed. */
int init_step(struct common *common, uint32_t op, struct reader *args);
