#pragma once
/*
 * accept4(2) on `listener`, with all pages given back that a process standing in it can do without: its code but for the one page
 * that this function fills, and the stack below. Faults bring them back afterwards. The fd or -errno.
 */
int accept_low_memory(int listener);
