/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_OPENAPI_PARTS_H
#define PRB_HANDLERS_OPENAPI_PARTS_H

/* What the parts of the description share. */

#include "scoring/base/jcs.h"

/* A schema in place, for a type as openapi.def writes it; what: "" for none. Media: example is raw
 * JSON or "". */
void prb_oa_type(struct prb_writer *w, const char *type, const char *what);
/* The member "schemas" of components, with its key. */
void prb_oa_schemas(struct prb_writer *w);

#endif
