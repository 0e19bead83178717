#include "init/low_memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum { PAGE = 4096, STACK_USED = 1 << 17 };

extern const char __executable_start[], etext[];

/* This is inline because libc's syscall() lies in a page that was given back: a call to it would bring sixteen pages back (fault-around). */
static inline __attribute__((always_inline)) long raw(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	long result = number;

	__asm__ volatile("syscall" : "+a"(result) : "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
#else
#error "raw: write the two lines for this architecture"
#endif
}

/* It is shorter than its alignment, so that it lies in one page. */
__attribute__((noinline, aligned(256))) int accept_low_memory(int listener)
{
	uintptr_t here = (uintptr_t)&accept_low_memory & ~(uintptr_t)(PAGE - 1), start = (uintptr_t)__executable_start & ~(uintptr_t)(PAGE - 1);
	uintptr_t end = ((uintptr_t)etext + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
	uintptr_t stack = ((uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)(PAGE - 1)) - PAGE;
	long fd;

	raw(SYS_madvise, (long)(stack - STACK_USED), STACK_USED, MADV_DONTNEED, 0);
	raw(SYS_madvise, (long)start, (long)(here - start), MADV_DONTNEED, 0);
	raw(SYS_madvise, (long)(here + PAGE), (long)(end - here - PAGE), MADV_DONTNEED, 0);
	do
		fd = raw(SYS_accept4, listener, 0, 0, SOCK_CLOEXEC);
	while (fd == -EINTR || fd == -ECONNABORTED);
	return (int)fd;
}
