/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the file that names the witnesses: what is read is bounded, ended, and goes to https
 * or to this machine; what is refused says where. */
#include <stdio.h>
#include <stdlib.h>

#include "service/log/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct prb_policy policy;
	struct prb_fault fault;

	if (prb_policy_read((struct prb_span){(const char *)data, size}, "f", &policy, &fault) !=
		PRB_OK) {
		require(fault.err == PRB_ERR_CONFIG, "a refusal is one of the configuration");
		require(strncmp(fault.detail, "f:", 2) == 0, "a refusal says where");
		return 0;
	}
	require(policy.count <= PRB_POLICY_WITNESSES_MAX, "there are not too many");
	for (size_t i = 0; i < policy.count; i++) {
		const struct prb_policy_witness *w = &policy.witnesses[i];

		require(memchr(w->name, '\0', sizeof w->name) != NULL && w->name[0] != '\0',
			"a name is ended and not empty");
		require(w->key.algorithm == PRB_NOTE_COSIGNATURE, "a key is one of cosignatures");
		require(memchr(w->url, '\0', sizeof w->url) != NULL, "a URL is ended");
		require(strncmp(w->url, "https://", 8) == 0 ||
				strncmp(w->url, "http://127.0.0.1", 16) == 0 ||
				strncmp(w->url, "http://localhost", 16) == 0 ||
				strncmp(w->url, "http://[::1]", 12) == 0,
			"a URL is https, or of this machine");
		require(strchr(w->url, '@') == NULL, "a URL has no user");
	}
	return 0;
}
