/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_HTML_CHECK_H
#define PRB_TESTS_HTML_CHECK_H

#include "scoring/base/text.h"

/* Every element that is opened is closed, in order, and nothing else has the form of one; no id
 * stands twice, and each link into the page leads to one. Fails the test otherwise. */
void check_html(struct prb_span html);

#endif
