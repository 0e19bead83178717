/* The program in the containers that are measured: the smallest there is. With an argument it stays until it is killed. */
#include <unistd.h>

int main(int argc, char **argv)
{
	(void)argv;
	while (argc > 1)
		pause();
	return 0;
}
