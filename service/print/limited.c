/* SPDX-License-Identifier: Apache-2.0 */
#include "service/print/limited.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "scoring/base/text.h"

extern char **environ;

/* More than this nobody has open who has no /proc. */
#define DESCRIPTORS_MAX 65536

/* One descriptor of each round; the one that lists them goes with the list. */
static bool
close_one(int first, bool *listed)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int64_t fd = -1;

	*listed = dir != NULL;
	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		if (prb_parse_int(prb_span_of(entry->d_name), first, INT32_MAX, &fd) &&
			fd != dirfd(dir))
			break;
	if (entry != NULL)
		(void)close((int)fd);
	(void)closedir(dir);
	return entry != NULL;
}

static void
close_from(int first)
{
	bool listed;

	while (close_one(first, &listed))
		;
	if (!listed)
		for (int fd = first; fd < DESCRIPTORS_MAX; fd++)
			(void)close(fd);
}

static bool
set_limit(int what, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) != 0)
		return false;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > most)
		limit.rlim_max = most;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(what, &limit) == 0;
}

static bool
set_limits(void)
{
#if !defined(__SANITIZE_ADDRESS__) /* which takes address space by the terabyte */
	if (!set_limit(RLIMIT_AS, PRB_LIMITED_MEMORY_BYTES_MAX))
		return false;
#endif
	return set_limit(RLIMIT_CPU, PRB_LIMITED_CPU_SECONDS_MAX) && set_limit(RLIMIT_CORE, 0) &&
	       set_limit(RLIMIT_NOFILE, PRB_LIMITED_FILES_MAX) &&
	       /* It goes with the thread that waits for it, and gains no right by what it runs. */
	       prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

int
prb_run_limited(char *const *arguments)
{
	int64_t first;

	if (arguments[0] == NULL || arguments[1] == NULL ||
		!prb_parse_int(prb_span_of(arguments[0]), 3, 4, &first))
		return PRB_LIMITED_FAILED;
	close_from((int)first);
	if (set_limits())
		(void)execve(arguments[1], arguments + 1, environ);
	return PRB_LIMITED_FAILED;
}
