/* Generated from src/step/table.ts by `npm run gen`. Not edited by hand. */
#pragma once
#include "wire/reader.h"

/* In the header of a program; that of another version, or of another table of steps, is refused. */
#define PROGRAM_FORMAT 0xa122ef34u

enum op {
	OP_CONSOLE_SOCKET,
	OP_CALLER_TERMINAL,
	OP_CLAIM,
	OP_RECORD,
	OP_PIDFILE,
	OP_PIDFD_SOCKET,
	OP_LISTEN,
	OP_NOTIFY_FOLDER,
	OP_NOTIFY_SOCKET,
	OP_CGROUP,
	OP_CPUSET,
	OP_ENABLE,
	OP_WRITE,
	OP_WRITE_EITHER,
	OP_DELEGATE,
	OP_RDT_GROUP,
	OP_RDT_FIND,
	OP_RDT_SCHEMATA,
	OP_DEVICE_FILTER,
	OP_CONCURRENT,
	OP_SPAWN,
	OP_UNIT,
	OP_JOIN,
	OP_SOURCE,
	OP_SOURCE_IN_ROOT,
	OP_NSFD,
	OP_SETNS,
	OP_UNSHARE,
	OP_IDMAP,
	OP_BECOME_ROOT,
	OP_TIME_OFFSETS,
	OP_FORK,
	OP_OOM_SCORE,
	OP_PARENT_DEATH,
	OP_UNDUMPABLE,
	OP_DUMPABLE,
	OP_PRLIMIT,
	OP_SETSID,
	OP_KEYRING,
	OP_LOOPBACK,
	OP_PROPAGATION,
	OP_ROOTFS,
	OP_ROOT,
	OP_JOINED_ROOT,
	OP_UNCOVER,
	OP_MOUNT,
	OP_MOUNT_OR_BIND,
	OP_BIND,
	OP_IDMAP_SOURCE,
	OP_REMOUNT,
	OP_SYMLINK,
	OP_DEVICE,
	OP_DEVICE_SOURCE,
	OP_DEVICE_BIND,
	OP_MKDIR,
	OP_PIVOT,
	OP_MOVE_ROOT,
	OP_CHROOT,
	OP_ROOT_PROPAGATION,
	OP_READONLY,
	OP_MASK,
	OP_TERMINAL,
	OP_HOSTNAME,
	OP_DOMAINNAME,
	OP_PROCFS,
	OP_HOST_PROCFS,
	OP_SYSCTL,
	OP_STDIO_OWNER,
	OP_EXECUTABLE,
	OP_CHDIR,
	OP_BOUNDING,
	OP_USER,
	OP_CWD,
	OP_CAPABILITIES,
	OP_UMASK,
	OP_NO_NEW_PRIVS,
	OP_AFFINITY,
	OP_SCHEDULER,
	OP_IO_PRIORITY,
	OP_PERSONALITY,
	OP_MEMORY_POLICY,
	OP_LABEL,
	OP_FILE_LABEL,
	OP_NET_KEEP,
	OP_NET_DEVICE,
	OP_PIN,
	OP_NET_OPEN,
	OP_BRIDGE,
	OP_VETH,
	OP_LINK_JOIN,
	OP_LINK_MOVE,
	OP_ADDRESS,
	OP_LINK_UP,
	OP_ROUTE,
	OP_LINK_REMOVE,
	OP_OWN_PROCFS,
	OP_ENTER,
	OP_ENTER_ROOT,
	OP_PATIENT,
	OP_HOLD_PROCFS,
	OP_MOUNTED,
	OP_DETACH,
	OP_DONE,
	OP_ALIVE,
	OP_CRIU,
	OP_CRIU_ASK,
	OP_WAIT,
	OP_HOOK,
	OP_HOME,
	OP_EXIT,
	OP_CLEAN,
	OP_READY,
	OP_AGENT,
	OP_SECCOMP,
	OP_EXEC,
	OP_DEADLINE,
	OP_EXECUTED,
	OP_REAP,
	OP_UNWIND,
	OP_UNDO_HOOK,
	OP_START,
	OP_UNLINK,
	OP_UNLOCK,
	OP_NOTIFY,
	OP_SIGNAL,
	OP_SIGNAL_ALL,
	OP_THAW,
	OP_CHANGE,
	OP_SET_UNIT,
	OP_FREEZE,
	OP_UNFREEZE,
	OP_WAIT_FOR_EXIT,
	OP_LOCK,
	OP_UNMOUNT,
	OP_REMOVE_CGROUP,
	OP_NET_RETURN,
	OP_NET_RELEASE,
	OP_RDT_REMOVE,
	OP_STOP_UNIT,
	OP_REMOVE_STATE,
	OP_COUNT
};

struct console_socket_args {
	const char *path;
};

struct claim_args {
	uint32_t mode;
};

struct record_args {
	const char *name;
	uint32_t mode;
	struct text content;
};

struct pidfile_args {
	const char *path;
	struct text content;
};

struct pidfd_socket_args {
	const char *path;
	const char *name;
};

struct listen_args {
	const char *name;
};

struct notify_socket_args {
	const char *path;
};

struct cgroup_args {
	struct texts dirs;
	struct u32s at;
};

struct cpuset_args {
	struct text dir;
};

struct enable_args {
	struct texts dirs;
	struct strs needed;
	struct strs wanted;
};

struct write_args {
	struct text path;
	const char *value;
	uint32_t missing_ok;
};

struct write_either_args {
	struct text path;
	const char *value;
	struct text other_path;
	const char *other_value;
};

struct delegate_args {
	struct text dir;
	uint32_t uid;
	uint32_t gid;
};

struct rdt_group_args {
	struct text path;
	uint32_t monitor;
	uint32_t stays;
	const char *status;
};

struct rdt_find_args {
	struct text path;
};

struct rdt_schemata_args {
	struct text path;
	const char *schemata;
	const char *status;
};

struct device_filter_args {
	struct text dir;
	struct bytes program;
};

struct spawn_args {
	uint32_t flags;
	struct text into;
	uint32_t environment;
};

struct unit_args {
	const char *name;
	const char *bus;
	const char *properties;
	struct bytes hello;
	struct bytes start;
	uint32_t pid_at;
	struct bytes reset;
	struct bytes stop;
	struct texts dirs;
	struct u32s made;
	uint32_t timeout;
};

struct join_args {
	struct texts dirs;
};

struct source_args {
	uint32_t slot;
	struct text path;
	uint32_t recursive;
	uint32_t propagation;
	uint32_t strict;
	uint32_t nofollow;
	uint32_t late;
};

struct source_in_root_args {
	uint32_t slot;
	const char *path;
	uint32_t recursive;
	uint32_t propagation;
	uint32_t nofollow;
};

struct nsfd_args {
	uint32_t type;
	const char *path;
	const char *own;
};

struct setns_args {
	uint32_t type;
	uint32_t drop_groups;
};

struct unshare_args {
	uint32_t flags;
};

struct idmap_args {
	const char *uids;
	const char *gids;
	uint32_t deny_setgroups;
	uint32_t uid_helper;
	uint32_t gid_helper;
};

struct become_root_args {
	uint32_t uid;
	uint32_t gid;
	uint32_t keep_groups;
};

struct time_offsets_args {
	const char *offsets;
};

struct oom_score_args {
	const char *value;
	uint32_t lenient;
};

struct parent_death_args {
	uint32_t signal;
};

struct prlimit_args {
	uint32_t resource;
	uint64_t soft;
	uint64_t hard;
};

struct keyring_args {
	struct text name;
};

struct propagation_args {
	uint32_t flags;
};

struct rootfs_args {
	const char *path;
};

struct root_args {
	uint32_t propagation;
};

struct joined_root_args {
	uint32_t slot;
};

struct uncover_args {
	const char *path;
};

struct mount_args {
	const char *fs;
	const char *source;
	const char *target;
	uint64_t attrs;
	struct strs options;
	uint32_t propagation;
	uint32_t no_symlinks;
	uint32_t cover;
	uint32_t copyup;
};

struct mount_or_bind_args {
	const char *fs;
	const char *source;
	const char *target;
	uint64_t attrs;
	struct strs options;
	uint32_t propagation;
	uint32_t no_symlinks;
	uint32_t slot;
};

struct bind_args {
	uint32_t slot;
	const char *target;
	uint64_t set;
	uint64_t clear;
	uint64_t must_clear;
	uint64_t recursive_set;
	uint64_t recursive_clear;
	uint32_t propagation;
	uint32_t no_symlinks;
	uint32_t nofollow;
	uint32_t copy_symlink;
	uint32_t proc_file;
};

struct idmap_source_args {
	uint32_t slot;
	const char *uids;
	const char *gids;
	uint32_t recursive;
};

struct remount_args {
	const char *target;
	uint64_t set;
	uint64_t clear;
	uint32_t recursive;
	uint32_t propagation;
};

struct symlink_args {
	const char *target;
	const char *path;
	uint32_t replace;
};

struct device_args {
	const char *path;
	uint32_t type;
	uint64_t device;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
};

struct device_source_args {
	uint32_t slot;
	uint32_t type;
	uint64_t device;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
};

struct device_bind_args {
	const char *path;
	uint32_t slot;
	uint32_t type;
	uint64_t device;
};

struct mkdir_args {
	const char *path;
	uint32_t mode;
};

struct root_propagation_args {
	uint32_t flags;
};

struct readonly_args {
	const char *path;
};

struct mask_args {
	const char *path;
	uint32_t slot;
	const char *label;
};

struct terminal_args {
	uint32_t uid;
	uint32_t rows;
	uint32_t columns;
	uint32_t console;
};

struct hostname_args {
	const char *name;
};

struct domainname_args {
	const char *name;
};

struct host_procfs_args {
	uint32_t slot;
};

struct sysctl_args {
	const char *path;
	const char *value;
};

struct stdio_owner_args {
	uint32_t uid;
	uint32_t gid;
};

struct executable_args {
	struct strs paths;
	uint32_t early;
	uint64_t caps;
};

struct chdir_args {
	const char *path;
	uint32_t make;
};

struct bounding_args {
	uint64_t caps;
};

struct user_args {
	uint32_t uid;
	uint32_t gid;
	struct u32s groups;
	uint32_t setgroups;
};

struct cwd_args {
	const char *path;
};

struct capabilities_args {
	uint64_t effective;
	uint64_t permitted;
	uint64_t inheritable;
	uint64_t ambient;
};

struct umask_args {
	uint32_t mask;
};

struct affinity_args {
	struct bytes cpus;
};

struct scheduler_args {
	uint32_t policy;
	uint64_t flags;
	uint32_t nice;
	uint32_t priority;
	uint64_t runtime;
	uint64_t deadline;
	uint64_t period;
};

struct io_priority_args {
	uint32_t value;
};

struct personality_args {
	uint32_t domain;
};

struct memory_policy_args {
	uint32_t mode;
	struct bytes nodes;
};

struct label_args {
	const char *file;
	const char *value;
};

struct file_label_args {
	const char *path;
	const char *value;
};

struct net_keep_args {
	struct text path;
};

struct net_device_args {
	const char *name;
	const char *to;
	struct text path;
};

struct pin_args {
	uint32_t type;
	const char *file;
	const char *path;
};

struct net_open_args {
	const char *name;
	const char *path;
	uint32_t pid;
	uint64_t start_time;
};

struct bridge_args {
	const char *of;
	const char *name;
};

struct veth_args {
	const char *of;
	const char *name;
	const char *other_of;
	const char *other;
};

struct link_join_args {
	const char *of;
	const char *device;
	const char *bridge;
};

struct link_move_args {
	const char *of;
	const char *name;
	const char *to_of;
	const char *to;
};

struct address_args {
	const char *of;
	const char *device;
	const char *address;
	uint32_t prefix;
};

struct link_up_args {
	const char *of;
	const char *device;
};

struct route_args {
	const char *of;
	const char *device;
	const char *to;
	uint32_t prefix;
	const char *gateway;
};

struct link_remove_args {
	const char *of;
	const char *device;
};

struct enter_args {
	uint32_t types;
	uint32_t drop_groups;
	uint32_t pid;
	uint64_t start_time;
};

struct enter_root_args {
	const char *path;
};

struct mounted_args {
	uint32_t slot;
	const char *target;
};

struct detach_args {
	uint32_t slot;
};

struct criu_args {
	struct text into;
	const char *root;
	const char *place;
	struct strs folders;
	uint32_t mode;
	struct strs inherit;
	const char *record;
};

struct criu_ask_args {
	const char *verb;
	struct texts join;
	struct bytes request;
	struct bytes answer;
	const char *until;
	uint32_t dump;
};

struct hook_args {
	const char *kind;
	const char *path;
	struct strs args;
	struct strs env;
	uint32_t inherit;
	uint32_t timeout;
	const char *cwd;
	struct text state;
	uint32_t lenient;
};

struct home_args {
	uint32_t uid;
};

struct clean_args {
	uint32_t hooks;
	uint32_t doubt;
	uint32_t doomed;
};

struct agent_args {
	const char *path;
	struct text state;
	uint32_t pid;
	uint64_t start_time;
};

struct seccomp_args {
	struct bytes filter;
	uint32_t flags;
	uint32_t notify;
	uint32_t raise;
};

struct exec_args {
	struct strs args;
	struct strs env;
};

struct deadline_args {
	uint64_t timeout;
	uint32_t grace;
	uint32_t whole;
};

struct undo_hook_args {
	const char *kind;
	const char *path;
	struct strs args;
	struct strs env;
	uint32_t inherit;
	uint32_t timeout;
	const char *cwd;
	struct text state;
};

struct start_args {
	const char *name;
	uint32_t pid;
	uint64_t start_time;
};

struct unlink_args {
	const char *name;
};

struct notify_args {
	uint32_t pid;
	uint64_t start_time;
};

struct signal_args {
	uint32_t pid;
	uint64_t start_time;
	uint32_t signal;
	uint32_t lenient;
};

struct signal_all_args {
	struct texts dirs;
	struct strs inodes;
	uint32_t signal;
	uint32_t pid;
	uint64_t start_time;
};

struct thaw_args {
	struct text dir;
};

struct change_args {
	const char *path;
	const char *value;
	const char *was;
};

struct set_unit_args {
	const char *name;
	const char *bus;
	const char *properties;
	struct bytes hello;
	struct bytes call;
	uint32_t timeout;
};

struct freeze_args {
	struct text dir;
	uint64_t inode;
	uint32_t timeout;
};

struct unfreeze_args {
	struct text dir;
	uint64_t inode;
	uint32_t timeout;
};

struct wait_for_exit_args {
	uint32_t pid;
	uint64_t start_time;
	uint32_t timeout;
	struct texts dirs;
	struct strs inodes;
};

struct lock_args {
	const char *name;
	const char *mark;
};

struct unmount_args {
	const char *path;
	uint64_t cover;
	uint64_t below;
};

struct remove_cgroup_args {
	struct texts dirs;
	struct strs inodes;
};

struct net_return_args {
	const char *name;
	const char *to;
	struct text path;
};

struct net_release_args {
	struct text path;
};

struct rdt_remove_args {
	struct texts dirs;
};

struct stop_unit_args {
	const char *name;
	const char *bus;
	struct bytes hello;
	struct bytes stop;
	struct bytes reset;
	uint32_t timeout;
	const char *dir;
	uint64_t inode;
};
