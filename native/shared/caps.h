#pragma once
#include "shared/linux.h"

/* The low words of all sets, then the high ones (capget(2), version 3). */
struct cap_words {
	uint32_t effective, permitted, inheritable;
};

struct cap_head {
	uint32_t version;
	int pid;
};

#define CAPS_OF_SELF ((struct cap_head){ 0x20080522, 0 })

/* 0 or -errno. */
static inline int get_caps(struct cap_words data[2])
{
	struct cap_head head = CAPS_OF_SELF;

	return SYS(SYS_capget, &head, data);
}

static inline int set_caps(const struct cap_words data[2])
{
	struct cap_head head = CAPS_OF_SELF;

	return SYS(SYS_capset, &head, data);
}
