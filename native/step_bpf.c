#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "linux.h"
#include "parent.h"
#include "steps.gen.h"

/* bpf(2): the few commands and fields that a device filter needs. */
enum { BPF_PROG_LOAD_ = 5, BPF_PROG_ATTACH_ = 8, BPF_PROG_TYPE_CGROUP_DEVICE_ = 15, BPF_CGROUP_DEVICE_ = 6, BPF_F_ALLOW_MULTI_ = 2 };

struct bpf_load {
	uint32_t type, count;
	uint64_t instructions, license;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t version, flags;
};

struct bpf_attach {
	uint32_t target, program, type, flags;
};

static int attach(struct context *c, int dir, struct bytes program)
{
	char log[DETAIL_SIZE] = "";
	struct bpf_load load = {
		.type = BPF_PROG_TYPE_CGROUP_DEVICE_,
		.count = program.size / 8,
		.instructions = (uint64_t)(uintptr_t)program.bytes,
		.license = (uint64_t)(uintptr_t) "Apache-2.0",
	};
	struct bpf_attach to = { .target = (uint32_t)dir, .type = BPF_CGROUP_DEVICE_, .flags = BPF_F_ALLOW_MULTI_ };
	int fd = SYS(SYS_bpf, BPF_PROG_LOAD_, &load, sizeof(load)), err;

	if (fd < 0) {
		load.log_level = 1;
		load.log_size = sizeof(log);
		load.log = (uint64_t)(uintptr_t)log;
		err = SYS(SYS_bpf, BPF_PROG_LOAD_, &load, sizeof(load));
		detail(c, log);
		if (err >= 0)
			close(err);
		return fd;
	}
	to.program = (uint32_t)fd;
	err = SYS(SYS_bpf, BPF_PROG_ATTACH_, &to, sizeof(to));
	close(fd);
	return err;
}

int do_device_filter(struct context *c, const struct device_filter_args *a)
{
	char path[PATH_MAX];
	int err = text_fill(c, a->dir, path, sizeof(path)), dir;

	if (err < 0)
		return err;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	err = attach(c, dir, a->program);
	close(dir);
	return err;
}
