/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_FETCH_NAMED_H
#define PRB_LIB_FETCH_NAMED_H

/*
 * One public text from an address that somebody else's text names: a DID document, a status list, a
 * receipt. Only https is asked, with certificates checked and without a key; http where the address
 * itself says so and is this machine. No redirect is followed; time and bytes are bounded.
 */

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

struct prb_named {
	const char *accept;  /* the field's value: "application/vc" */
	const char *ca_file; /* PEM; NULL: the system's */
	size_t bytes_max;
};

/* Appends the body of a 200 to *out. Else the fault is one line with the address in it:
 * PRB_ERR_VALUE where it is none that is asked, PRB_ERR_NOT_FOUND for another status,
 * PRB_ERR_CONNECTION where there was no usable answer. *out is untouched then. */
enum prb_err prb_fetch_named(struct prb_span url, const struct prb_named *how, struct prb_str *out,
	struct prb_fault *fault);

#endif
