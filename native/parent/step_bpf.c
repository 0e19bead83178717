#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "parent/steps.gen.h"
#include "shared/fd.h"
#include "shared/linux.h"

/* bpf(2): the few commands and fields that a device filter needs. */
enum { PROG_LOAD = 5, PROG_ATTACH = 8, PROG_DETACH = 9, PROG_GET_FD_BY_ID = 13, OBJ_GET_INFO_BY_FD = 15, PROG_QUERY = 16 };
enum { TYPE_CGROUP_DEVICE = 15, CGROUP_DEVICE = 6, ALLOW_MULTI = 2, REPLACE = 4 };
enum { NAME_SIZE = 16, MAX_PROGRAMS = 64 /* that the kernel lets one cgroup have */ };

static const char ours[NAME_SIZE] = "ocits_devices";

struct load {
	uint32_t type, count;
	uint64_t instructions, license;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t version, flags;
	char name[NAME_SIZE];
};

struct attach {
	uint32_t target, program, type, flags, replaced;
};

struct query {
	uint32_t target, type, query_flags, attach_flags;
	uint64_t ids;
	uint32_t count;
};

/* The beginning of struct bpf_prog_info. */
struct info {
	uint32_t type, id;
	uint8_t tag[8];
	uint32_t jited_size, size;
	uint64_t jited, instructions, loaded;
	uint32_t uid, map_count;
	uint64_t maps;
	char name[NAME_SIZE];
};

static int load_filter(struct parent *c, struct bytes program)
{
	static const char license[] = "Apache-2.0";
	char log[DETAIL_SIZE] = "";
	struct load load = {
		.type = TYPE_CGROUP_DEVICE,
		.count = program.size / 8,
		.instructions = (uint64_t)(uintptr_t)program.bytes,
		.license = (uint64_t)(uintptr_t)license,
	};
	cleanup_close int second = -1;
	int fd;

	memcpy(load.name, ours, sizeof(ours));
	fd = SYS(SYS_bpf, PROG_LOAD, &load, sizeof(load));
	if (fd >= 0)
		return fd;
	load.log_level = 1;
	load.log_size = sizeof(log);
	load.log = (uint64_t)(uintptr_t)log;
	second = SYS(SYS_bpf, PROG_LOAD, &load, sizeof(load));
	detail(&c->common, log);
	return fd;
}

static bool is_ours(int program)
{
	struct info info = { 0 };
	struct {
		uint32_t fd, size;
		uint64_t info;
	} get = { (uint32_t)program, sizeof(info), (uint64_t)(uintptr_t)&info };

	return SYS(SYS_bpf, OBJ_GET_INFO_BY_FD, &get, sizeof(get)) == 0 && memcmp(info.name, ours, sizeof(ours)) == 0;
}

/* The filter that an earlier act of ours has left on the cgroup; -ENOENT. That of systemd, beside it, stays. */
static int find_filter(int dir)
{
	uint32_t ids[MAX_PROGRAMS];
	struct query query = { .target = (uint32_t)dir, .type = CGROUP_DEVICE, .ids = (uint64_t)(uintptr_t)ids, .count = MAX_PROGRAMS };
	int err = SYS(SYS_bpf, PROG_QUERY, &query, sizeof(query));

	for (uint32_t i = 0; err == 0 && i < query.count; i++) {
		struct {
			uint32_t id, next, flags;
		} get = { ids[i], 0, 0 };
		cleanup_close int fd = SYS(SYS_bpf, PROG_GET_FD_BY_ID, &get, sizeof(get));

		if (fd >= 0 && is_ours(fd))
			return steal_fd(&fd);
	}
	return err < 0 ? err : -ENOENT;
}

/*
 * Since Linux 5.6 this is one act. Before, the new filter is attached first: for a moment both must allow an access, and there is never a
 * moment without a filter.
 */
static int attach_filter(int dir, int program, int before)
{
	struct attach a = { .target = (uint32_t)dir, .program = (uint32_t)program, .type = CGROUP_DEVICE, .flags = ALLOW_MULTI };
	struct attach gone = { .target = (uint32_t)dir, .program = (uint32_t)before, .type = CGROUP_DEVICE };
	size_t old = offsetof(struct attach, replaced);
	int err;

	if (before < 0)
		return SYS(SYS_bpf, PROG_ATTACH, &a, old);
	a.flags |= REPLACE;
	a.replaced = (uint32_t)before;
	err = SYS(SYS_bpf, PROG_ATTACH, &a, sizeof(a));
	if (err != -EINVAL && err != -E2BIG)
		return err;
	a.flags = ALLOW_MULTI;
	err = SYS(SYS_bpf, PROG_ATTACH, &a, old);
	return err < 0 ? err : SYS(SYS_bpf, PROG_DETACH, &gone, old);
}

static int set_filter(struct parent *c, int dir, struct bytes program)
{
	cleanup_close int fd = load_filter(c, program), before = -1;

	if (fd < 0)
		return fd;
	before = find_filter(dir);
	return before < 0 && before != -ENOENT ? before : attach_filter(dir, fd, before);
}

int do_device_filter(struct parent *c, const struct device_filter_args *a)
{
	char path[PATH_MAX];
	cleanup_close int dir = -1;
	int err = text_fill(&c->common, a->dir, path, sizeof(path));

	if (err < 0)
		return err;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : set_filter(c, dir, a->program);
}
