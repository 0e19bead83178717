#include <stddef.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "parent/clock.h"
#include "parent/cover.h"
#include "parent/parent.h"
#include "parent/value.h"
#include "shared/linux.h"
#include "shared/process.h"
#include "shared/string_buffer.h"

static const char *number(uint64_t value, char out[40])
{
	append_number(out, out + 40, value);
	return out;
}

/* Empty where the state does not outlive the boot. */
static const char *boot(struct parent *c, char out[40])
{
	struct statfs fs;
	ssize_t n = 0;

	if (c->state_root >= 0 && fstatfs(c->state_root, &fs) == 0 && fs.f_type != TMPFS_MAGIC)
		n = read_value("/proc/sys/kernel/random/boot_id", out, 40);
	out[n < 36 ? 0 : 36] = 0;
	return out;
}

/* Numbers of JSON, one for each cgroup of the record. */
static const char *inodes(struct parent *c)
{
	char *at = c->inode_list;
	const char *end = at + sizeof(c->inode_list);

	*at = 0;
	for (uint32_t i = 0; i < c->cgroup_count; i++) {
		at = append_string(at, end, i == 0 ? "" : ",");
		at = append_number(at, end, c->inodes[i]);
	}
	return c->inode_list;
}

/* Once the root is mounted; it is remembered, as undo takes away no other. */
static const char *cover(struct parent *c, char out[40])
{
	return c->covered == NULL || mount_over(c->covered, &c->cover) < 0 ? NULL : number(c->cover, out);
}

/* The init has fewer (init/main.c). */
const char *parent_placeholder(struct common *common, char letter, char out[40])
{
	struct parent *c = parent_of(common);

	switch (letter) {
	case 'i': return c->common.id;
	case 'r': return c->common.root;
	case 't': return now(out);
	case 'p': return number((uint64_t)c->common.pid, out);
	case 'm': return number((uint64_t)getpid(), out);
	case 'c': return inodes(c);
	case 'b': return boot(c, out);
	case 'o': return cover(c, out);
	case 's': return c->start_time == 0 ? NULL : number(c->start_time, out);
	case 'n':
		if (c->own_start == 0 && start_time(getpid(), &c->own_start) < 0)
			return NULL;
		return number(c->own_start, out);
	default: return NULL;
	}
}
