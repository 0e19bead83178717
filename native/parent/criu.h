#pragma once

struct parent;

/* Once criu has made the container's process, and that is the init: kills criu, if it is still there. 0 or -errno. */
int end_criu(struct parent *c);
