#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What criu(8) says: criu_resp of its images/rpc.proto, as much of it as a caller needs who has its own messages ready. */
struct criu_reply {
	uint32_t type;
	bool success;
	uint32_t pid;	 /* of the restored process; 0: not told */
	int error;	 /* errno, 0: not told */
	char script[32]; /* the notification */
	char words[256]; /* of the error */
};

enum { CRIU_NOTIFY = 6 };

/* 0, or -EBADMSG for bytes that are no such message. */
int criu_read_reply(struct criu_reply *r, const uint8_t *bytes, size_t size);
