#pragma once

/* RFC 3339, UTC, nanoseconds. */
const char *now(char out[40]);
