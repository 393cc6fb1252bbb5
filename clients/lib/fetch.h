/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_FETCH_H
#define PRB_LIB_FETCH_H

/*
 * Plain bytes by GET from below one address, such as the tiles of a log: bounded in bytes and in
 * time, no redirect followed, as the client's exchanges are. For one thread.
 */

#include "clients/lib/address.h"

struct prb_fetcher;

/* ca_file NULL: the system's certificates; else it must outlive the fetcher. PRB_ERR_VALUE where
 * the address cannot stand. */
enum prb_err prb_fetcher_create(
	const char *url, const char *ca_file, struct prb_fetcher **out, struct prb_fault *fault);
void prb_fetcher_destroy(struct prb_fetcher *fetcher);
/* "https://host/path", without a slash at its end. */
const char *prb_fetcher_base(const struct prb_fetcher *fetcher);

/*
 * GET base + path ("/checkpoint"). *body (initialised by the caller) is emptied and filled.
 * PRB_ERR_NOT_FOUND for 404 and 410, PRB_ERR_TOO_LARGE for more than bytes_max, PRB_ERR_CONNECTION
 * for anything else that is not 200; a lost connection is tried once more.
 */
enum prb_err prb_fetch(struct prb_fetcher *fetcher, const char *path, size_t bytes_max,
	struct prb_str *body, struct prb_fault *fault);

#endif
