/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_OPENAPI_H
#define PRB_HANDLERS_OPENAPI_H

/*
 * The interface as OpenAPI 3.1, made once at start: operations are the rows of
 * service/handlers/routes.def, the declaration's schemas come from the field tables it is read by,
 * statuses and problems from errors.def; what else there is to say is in openapi.def.
 */

#include "scoring/base/text.h"

#define PRB_OPENAPI_BYTES_MAX (1024 * 1024)

/* Appends the document as canonical JSON; failure shows in out->failed. */
void prb_openapi_write(struct prb_str *out);

/* The declaration that the document gives as an example. */
struct prb_span prb_openapi_declaration(void);

#endif
