/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/reports/{id}: as JSON, the stored bytes; for people as a page or a PDF, with the newest
 * attestation of it. */
#include "service/handlers/answers.h"
#include "service/handlers/earlier.h"
#include "service/handlers/own.h"
#include "service/handlers/report_forms.h"

/* False with a refusal made. */
static bool
find(struct prb_exchange *x, struct prb_stored_declaration *stored)
{
	struct prb_id id;
	enum prb_err err;

	if (!prb_path_id(x, &id))
		return false;
	err = prb_own_report(x, &id, x->arena, stored);
	if (err != PRB_OK) {
		(void)prb_refuse(x, err, PRB_NO_REPORT);
		return false;
	}
	return prb_audit_read(x, "report", &stored->report_id);
}

/* The newest attestation of this very report that is not revoked; NULL where there is none. */
static enum prb_err
find_attestation(struct prb_exchange *x, const struct prb_stored_declaration *stored,
	const struct prb_found_attestation **out)
{
	struct prb_found_attestation *all =
		prb_arena_array(x->arena, PRB_ATTESTATIONS_OF_MAX, sizeof *all);
	size_t count = 0;
	bool more;
	enum prb_err err = PRB_ERR_MEMORY;

	*out = NULL;
	if (all != NULL)
		err = prb_find_attestations_of(x->desk->state_reader, x->caller.tenant, &stored->id,
			PRB_ATTESTATIONS_OF_MAX, x->arena, all, &count, &more);
	for (size_t i = 0; err == PRB_OK && i < count && *out == NULL; i++)
		if (!all[i].revoked && memcmp(&all[i].report_id, &stored->report_id,
					       sizeof stored->report_id) == 0)
			*out = &all[i];
	return err;
}

static enum prb_handled
answer_for_people(struct prb_exchange *x, enum prb_report_form form)
{
	const struct prb_found_attestation *found;
	struct prb_stored_declaration stored;
	enum prb_err err;

	if (!find(x, &stored))
		return PRB_REPLIED;
	err = find_attestation(x, &stored, &found);
	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	return prb_report_answer(x, form, stored.report,
		found != NULL ? found->attestation : PRB_SPAN_NONE,
		found != NULL ? &found->id : NULL);
}

static enum prb_handled
answer_html(struct prb_exchange *x)
{
	return answer_for_people(x, PRB_FORM_HTML);
}

static enum prb_handled
answer_pdf(struct prb_exchange *x)
{
	return answer_for_people(x, PRB_FORM_PDF);
}

enum prb_handled
prb_handle_report(struct prb_exchange *x)
{
	enum prb_report_form form = prb_report_form(x);
	struct prb_stored_declaration stored;

	if (form == PRB_FORM_NONE)
		return PRB_REPLIED;
	if (form != PRB_FORM_JSON)
		return prb_report_away(x, form, form == PRB_FORM_PDF ? answer_pdf : answer_html);
	if (!find(x, &stored))
		return PRB_REPLIED;
	prb_str_add_span(&x->reply.body, stored.report);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
