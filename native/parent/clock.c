#include "parent/clock.h"

#include <stdio.h>
#include <time.h>

#include "shared/clock.h"

const char *now(char out[40])
{
	struct timespec ts;
	struct tm tm;

	clock_read(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	if (strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &tm) != 19)
		return NULL;
	snprintf(out + 19, 21, ".%09ldZ", ts.tv_nsec);
	return out;
}
