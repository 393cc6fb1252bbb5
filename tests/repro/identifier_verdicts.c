/* SPDX-License-Identifier: Apache-2.0 */

/* For tests/repro/identifiers: lines of "SCHEME COUNTRY TEXT" (COUNTRY "-" where not known) from
 * the standard input; for each a line "1 FORM" or "0 REASON". */

#include <stdio.h>
#include <string.h>

#include "datasets/store/identifier.h"

#define LINE_BYTES 256

static void
answer(const char *scheme, const char *country, const char *text)
{
	enum prb_scheme known =
		(enum prb_scheme)prb_words_find(&prb_words_scheme, prb_span_of(scheme));
	struct prb_identifier_form form;
	const char *reason;

	if (prb_identifier_normalise(known, prb_span_of(text),
		    strcmp(country, "-") == 0 ? NULL : country, &form, &reason))
		printf("1 %s\n", form.text);
	else
		printf("0 %s\n", reason);
}

int
main(void)
{
	char line[LINE_BYTES], scheme[LINE_BYTES], country[LINE_BYTES], text[LINE_BYTES];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (sscanf(line, "%255s %255s %255s", scheme, country, text) != 3) {
			(void)fprintf(stderr, "not three words: %s", line);
			return 2;
		}
		answer(scheme, country, text);
	}
	return 0;
}
