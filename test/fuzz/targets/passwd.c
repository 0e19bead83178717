/* /etc/passwd of the image: the user as u32, then the file. */
#include "init/step_home.c"

#include "target.h"

int is_kernels(int fd)
{
	(void)fd;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char home[PATH_MAX] = "/";
	uint32_t uid = 0;

	if (size < sizeof(uid))
		return 0;
	memcpy(&uid, bytes, sizeof(uid));
	find_home(as_file(bytes + sizeof(uid), size - sizeof(uid)), uid, home);
	if (strlen(home) >= PATH_MAX)
		abort();
	return 0;
}
