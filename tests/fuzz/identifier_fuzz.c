/* SPDX-License-Identifier: Apache-2.0 */

/* The first byte picks the scheme, the second the country, the rest is read as an identifier. What
 * is taken has a form within its bounds, and keeps it when it is read again. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "datasets/store/identifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const countries[] = {
	NULL,
	"PAK",
#define PRB_VAT(prefix, iso3, rule, company_from, company_bytes, several, text) iso3,
#include "datasets/store/vat.def"
#undef PRB_VAT
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_identifier_form form, again;
	const char *iso3, *reason;
	enum prb_scheme scheme;

	if (size < 2)
		return 0;
	scheme = (enum prb_scheme)(1 + data[0] % PRB_SCHEME_OTHER);
	iso3 = countries[data[1] % (sizeof(countries) / sizeof(countries[0]))];
	if (!prb_identifier_normalise(scheme, (struct prb_span){(const char *)data + 2, size - 2},
		    iso3, &form, &reason)) {
		assert(strlen(reason) > 0);
		return 0;
	}
	assert(strlen(form.text) <= PRB_IDENTIFIER_BYTES_MAX);
	if (form.scheme == PRB_SCHEME_VAT && form.vat_country == NULL)
		return 0; /* kept beside its country, in a form that is no number */
	assert(prb_identifier_normalise(
		(enum prb_scheme)form.scheme, prb_span_of(form.text), iso3, &again, &reason));
	assert(prb_identifier_compare(&form, &again) == PRB_IDENTIFIER_EQUAL);
	return 0;
}
