/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operator.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "service/logging/logging.h"

#define IN_STATE "operator.sock" /* in the state's folder */
#define BACKLOG 1024

/* Whether there is room for it: nothing, or a socket that nobody listens on any more. In the folder
 * of the state nobody else can; but a name that was given may be another server's. */
static bool
clear_path(const struct sockaddr_un *address)
{
	struct stat status;
	int fd, error;

	if (lstat(address->sun_path, &status) != 0)
		return errno == ENOENT;
	errno = EADDRINUSE;
	if (!S_ISSOCK(status.st_mode)) {
		errno = ENOTSOCK;
		return false;
	}
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return false;
	error = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? EADDRINUSE
										    : errno;
	close(fd);
	errno = EADDRINUSE;
	return error == ECONNREFUSED && unlink(address->sun_path) == 0;
}

static bool
bind_private(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0177);
	bool bound = bind(fd, (const struct sockaddr *)address, sizeof *address) == 0;
	int error = errno;

	umask(before);
	errno = error;
	return bound;
}

static enum prb_err
cannot_listen(const char *path, int error, struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_ADDRESS, PRB_NO_OFFSET, NULL,
		"the operator's socket %s cannot be listened on: %s", path,
		error == ENOTSOCK ? "what is there is no socket: remove it" : strerror(error));
}

static enum prb_err
listen_at(const char *path, int *out, struct prb_fault *fault)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int error, fd;

	static_assert(sizeof address.sun_path == PRB_OPERATOR_PATH_BYTES, "what the system takes");
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
		clear_path(&address) && bind_private(fd, &address) && listen(fd, BACKLOG) == 0) {
		*out = fd;
		return PRB_OK;
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	return cannot_listen(path, error, fault);
}

enum prb_err
prb_operator_look(const struct prb_config *config, struct prb_fault *fault)
{
	char folder[PRB_OPERATOR_PATH_BYTES] = ".";
	const char *named = config->operator_socket, *slash = strrchr(named, '/');
	struct stat status;
	int error = 0;

	/* Without a name of its own it is in the state's folder, which may have to be made. */
	if (named[0] == '\0' || strcmp(named, "none") == 0)
		return PRB_OK;
	if (slash != NULL)
		(void)snprintf(folder, sizeof folder, "%.*s",
			(int)(slash == named ? 1 : slash - named), named);
	if (lstat(named, &status) == 0 && !S_ISSOCK(status.st_mode))
		error = ENOTSOCK;
	else if (access(folder, W_OK | X_OK) != 0 &&
		 !(errno == ENOENT && strcmp(folder, config->state) == 0))
		error = errno;
	return error == 0 ? PRB_OK : cannot_listen(named, error, fault);
}

enum prb_err
prb_operator_open(
	const struct prb_config *config, struct prb_operator *out, struct prb_fault *fault)
{
	const char *named = config->operator_socket;
	char path[PRB_OPERATOR_PATH_BYTES] = "";
	enum prb_err err;
	int n;

	out->fd = -1;
	out->path[0] = '\0';
	if (strcmp(named, "none") == 0)
		return PRB_OK;
	n = named[0] != '\0' ? snprintf(path, sizeof path, "%s", named)
			     : snprintf(path, sizeof path, "%s/" IN_STATE, config->state);
	assert(n >= 0);
	/* A deep folder is no reason not to serve. A path that is named fits: options.def. */
	if ((size_t)n >= sizeof path) {
		prb_say(PRB_LEVEL_WARNING, "operator_socket",
			"there is no operator's socket: its path would have more than %d bytes; "
			"name a shorter one with [server] operator_socket",
			PRB_OPERATOR_PATH_BYTES - 1);
		return PRB_OK;
	}
	err = listen_at(path, &out->fd, fault);
	/* What is not this server's is not removed at the end. */
	if (err == PRB_OK)
		memcpy(out->path, path, sizeof path);
	return err;
}

void
prb_operator_close(struct prb_operator *own)
{
	if (own->fd < 0)
		return;
	close(own->fd);
	(void)unlink(own->path);
}
