/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_AUDIT_LINE_H
#define PRB_HANDLERS_AUDIT_LINE_H

/*
 * One line of an audit trail as it is shown: what its record says, and what is stored of whatever
 * it is about.
 */

#include "scoring/base/jcs.h"
#include "service/handlers/handler.h"

#define PRB_AUDIT_NAMES_MAX 64 /* of callers, kept while a page is written */
#define PRB_AUDIT_CSV_HEAD "time,action,kind,object,by,key,name,detail\r\n"

/* What the lines of one answer share: the first two are the caller's to fill, the rest is zero. */
struct prb_audit_trail {
	struct prb_exchange *x;
	uint32_t tenant; /* whose trail; 0: the server's own */
	struct prb_id ids[PRB_AUDIT_NAMES_MAX];
	struct prb_span names[PRB_AUDIT_NAMES_MAX];
	size_t names_count;
};

/* Texts live in the exchange's arena; uses desk->text. */
void prb_audit_write_json(
	struct prb_audit_trail *trail, const struct prb_audit_line *line, struct prb_writer *w);
void prb_audit_write_csv(
	struct prb_audit_trail *trail, const struct prb_audit_line *line, struct prb_str *out);

#endif
