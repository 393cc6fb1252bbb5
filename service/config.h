/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_CONFIG_H
#define PRB_SERVICE_CONFIG_H

/*
 * What an operator can set: rows of options.def, read from an INI file and from flags, which win.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "service/forwarded.h"

struct prb_config {
	const char *file; /* --config; NULL for none */
#define PRB_TYPE_OF_TEXT char *
#define PRB_TYPE_OF_NUMBER int64_t
#define PRB_TYPE_OF_LIVE_TEXT char *
#define PRB_TYPE_OF_LIVE_NUMBER int64_t
#define PRB_OPTION(section, name, flag, member, kind, fallback, min, max, what)                    \
	PRB_TYPE_OF_##kind member;
#include "service/options.def"
#undef PRB_OPTION
	/* What follows from the rows. */
	char host[256];
	uint16_t port;
	bool is_loopback; /* the address that is listened on */
	bool auth_open;
	bool metrics_anyone;
	struct prb_proxies proxies;
};

enum prb_config_outcome { PRB_CONFIG_RUN, PRB_CONFIG_HELP, PRB_CONFIG_CHECKED };

/*
 * Reads flags and the file that they name, checks every value, and fills *config (to be given to
 * prb_config_finish, also after a failure). The fault's detail begins with FILE:LINE or the flag.
 */
enum prb_err prb_config_read(int argc, char **argv, struct prb_config *config,
	enum prb_config_outcome *outcome, struct prb_fault *fault);
/*
 * For a configuration that was read while another is in use: what takes a restart is set back to
 * what is in use. Calls changed(context, section, name, taken) for each option that differs.
 */
enum prb_err prb_config_carry(struct prb_config *next, const struct prb_config *running,
	void (*changed)(void *context, const char *section, const char *name, bool taken),
	void *context, struct prb_fault *fault);
void prb_config_finish(struct prb_config *config);
/* For --help, on standard output. */
void prb_config_help(void);

#endif
