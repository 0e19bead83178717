#pragma once

struct parent;

/* The caller's terminal has another size: so has that of the process. */
void take_size(struct parent *c);
/*
 * Copies between the caller's stdin and stdout and the terminal of the process until the process has ended and all is written that it wrote; signals
 * are passed on. The caller's terminal is raw meanwhile, and as it was afterwards. 0 or -errno.
 */
int relay_to_end(struct parent *c);
