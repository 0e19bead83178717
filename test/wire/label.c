/*
 * label same ASKED SHOWN      whether the label that a process sees is the one that it asked for
 * label write TREE FILE VALUE the step `label` on a folder instead of a procfs: TREE/process becomes TREE/<pid>
 */
#include <stdio.h>

#include "init/step_label.c"
#include "init/open_files.h"

bool more_files(struct init *c, int err)
{
	(void)c;
	(void)err;
	return false;
}

int usual_files(struct init *c)
{
	(void)c;
	return 0;
}

static int write_in(const char *tree, const char *file, const char *value)
{
	static struct init c;
	char folder[64];

	snprintf(folder, sizeof(folder), "%d", getpid());
	if (chdir(tree) < 0 || rename("process", folder) < 0)
		return 2;
	c.proc_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	printf("%s\n", strerror(-do_label(&c, &(struct label_args){ .file = file, .value = value })));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "same") == 0)
		return puts(same_label(argv[2], argv[3]) ? "yes" : "no") < 0;
	return argc == 5 && strcmp(argv[1], "write") == 0 ? write_in(argv[2], argv[3], argv[4]) : 2;
}
