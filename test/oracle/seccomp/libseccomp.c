// The oracle: reads profiles from stdin, a command per line, and answers each END with the filter of libseccomp.
//
//   PROFILE default-action optimize
//   ARCH token                                 the first is the native one of the profile
//   RULE action name count [index op a b]...   numbers in the form of strtoull, op as in enum scmp_compare
//   END                                        answers "ok HEX" or "refused ERRNO"
//   NUMBERS token from below                   answers "NUMBER NAME" for each call in between, then an empty line
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static scmp_filter_ctx filter;
static int arches, refused;

static uint64_t number(void)
{
	char *word = strtok(NULL, " \n"), *end;

	if (!word)
		errx(1, "a number is missing");
	uint64_t value = strtoull(word, &end, 0);
	if (*end)
		errx(1, "not a number: %s", word);
	return value;
}

static void profile(void)
{
	if (filter)
		seccomp_release(filter);
	uint32_t action = (uint32_t)number();
	filter = seccomp_init(action);
	if (!filter)
		errx(1, "seccomp_init(%#x)", action);
	arches = refused = 0;
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, (uint32_t)number()))
		errx(1, "SCMP_FLTATR_CTL_OPTIMIZE");
}

static void arch(void)
{
	uint32_t token = (uint32_t)number(), native = seccomp_arch_native();

	// Byte orders cannot be mixed: the architecture of this machine is removed before another one is added.
	if (arches++ == 0 && token != native && seccomp_arch_remove(filter, native))
		errx(1, "seccomp_arch_remove(%#x)", native);
	int rc = seccomp_arch_add(filter, token);
	if (rc && rc != -EEXIST)
		errx(1, "seccomp_arch_add(%#x): %s", token, strerror(-rc));
}

static void rule(void)
{
	struct scmp_arg_cmp args[6];
	uint32_t action = (uint32_t)number();
	char *name = strtok(NULL, " \n");
	unsigned int count = (unsigned int)number();

	for (unsigned int i = 0; i < count && i < 6; i++) {
		args[i].arg = (unsigned int)number();
		args[i].op = (enum scmp_compare)number();
		args[i].datum_a = number();
		args[i].datum_b = number();
	}
	int call = seccomp_syscall_resolve_name(name);
	if (call != __NR_SCMP_ERROR && !refused)
		refused = -seccomp_rule_add_array(filter, action, call, count, args);
}

static void end(void)
{
	static unsigned char bytes[8 << 16];
	int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd < 0)
		err(1, "memfd_create");
	if (!refused)
		refused = -seccomp_export_bpf(filter, fd);
	if (refused) {
		printf("refused %d\n", refused);
		close(fd);
		return;
	}
	ssize_t size = pread(fd, bytes, sizeof(bytes), 0);
	if (size <= 0 || size == sizeof(bytes))
		errx(1, "a filter of %zd bytes", size);
	close(fd);
	fputs("ok ", stdout);
	for (ssize_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

static void numbers(void)
{
	uint32_t token = (uint32_t)number();
	int from = (int)number(), below = (int)number();

	for (int i = from; i < below; i++) {
		char *name = seccomp_syscall_resolve_num_arch(token, i);
		if (name)
			printf("%d %s\n", i, name);
		free(name);
	}
	putchar('\n');
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		char *word = strtok(line, " \n");
		if (!word)
			continue;
		if (!strcmp(word, "PROFILE"))
			profile();
		else if (!strcmp(word, "ARCH"))
			arch();
		else if (!strcmp(word, "RULE"))
			rule();
		else if (!strcmp(word, "END"))
			end();
		else if (!strcmp(word, "NUMBERS"))
			numbers();
		else
			errx(1, "unknown word: %s", word);
	}
	free(line);
	return fflush(stdout) ? 1 : 0;
}
