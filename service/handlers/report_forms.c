/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/report_forms.h"

#include "clients/render/html.h"
#include "service/handlers/answers.h"
#include "service/handlers/page.h"
#include "service/print/print.h"

#define VERIFY_URL_BYTES_MAX 400
/* A report is made in a second; some may wait for it already. */
#define PRINT_RETRY_S 3

enum prb_report_form
prb_report_form(struct prb_exchange *x)
{
	static const char *const types[] = {[PRB_FORM_JSON] = PRB_TYPE_JSON,
		[PRB_FORM_HTML] = "text/html",
		[PRB_FORM_PDF] = PRB_TYPE_PDF};
	bool prints = x->service->printer != NULL;
	int form = prb_preferred(x, types, prints ? 3 : 2);

	x->reply.by_accept = true;
	if (form < 0) {
		(void)prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			prints ? "a report is application/json, text/html or application/pdf"
			       : "a report is application/json or text/html here: the program that "
				 "makes PDFs is not there");
		return PRB_FORM_NONE;
	}
	if (form != PRB_FORM_JSON)
		prb_speak_page(x);
	return (enum prb_report_form)form;
}

enum prb_handled
prb_report_away(struct prb_exchange *x, enum prb_report_form form,
	enum prb_handled (*work)(struct prb_exchange *exchange))
{
	if (form != PRB_FORM_PDF)
		return prb_offload(x, work, "too much is waiting to be written");
	if (x->service->print(x, work))
		return PRB_LATER;
	(void)prb_refuse(x, PRB_ERR_BUSY,
		"as many PDFs are being made as may be: ask again, or take the report as "
		"text/html");
	x->reply.retry_after_s = PRINT_RETRY_S;
	return PRB_REPLIED;
}

/* Where anybody can check it, by the page for it. Empty without a URL that everybody reaches. */
static void
write_verify_url(const struct prb_exchange *x, const struct prb_id *id, struct prb_str *out)
{
	char text[PRB_UUID_BYTES];

	if (id == NULL || x->service->issuer->public_url[0] == '\0')
		return;
	prb_id_text(id, text);
	prb_str_add_text(out, x->service->issuer->public_url);
	prb_str_add_text(out, "/officer?attestation=");
	prb_str_add_text(out, text);
}

static enum prb_err
write_html(struct prb_exchange *x, struct prb_span report, struct prb_span attestation,
	struct prb_span verify_url)
{
	struct prb_document_options options = {.lang = x->lang, .verify_url = verify_url};
	const struct prb_json *json;
	struct prb_document document;
	struct prb_fault *fault = &x->faults.items[0];
	enum prb_err err = prb_json_parse(x->arena, report, report.n, fault, &json);

	if (err == PRB_OK && attestation.p != NULL)
		err = prb_json_parse(
			x->arena, attestation, attestation.n, fault, &options.attestation);
	if (err == PRB_OK)
		err = prb_document_of_report(x->arena, json, &options, &document, fault);
	if (err == PRB_OK)
		prb_html_write(&document, &x->reply.body);
	return err;
}

static enum prb_handled
answer_html(struct prb_exchange *x, struct prb_span report, struct prb_span attestation,
	struct prb_span verify_url)
{
	enum prb_err err = write_html(x, report, attestation, verify_url);

	/* What is stored was written here: that it cannot be read is not the caller's doing. */
	if (err != PRB_OK && err != PRB_ERR_MEMORY)
		err = PRB_ERR_STATE_DAMAGED;
	if (err != PRB_OK)
		return prb_refuse(x, err,
			"the report cannot be written as a page; it is there as "
			"application/json");
	x->reply.page_policy = PRB_HTML_POLICY_SERVED;
	return prb_answer(x, 200, PRB_TYPE_HTML);
}

static enum prb_handled
answer_pdf(struct prb_exchange *x, struct prb_span report, struct prb_span attestation,
	struct prb_span verify_url)
{
	struct prb_print_job job = {.report = report,
		.attestation = attestation,
		.verify_url = verify_url,
		.lang = prb_lang_tag(x->lang)};
	enum prb_err err = prb_print(x->service->printer, &job, &x->reply.body);

	if (err != PRB_OK)
		return prb_refuse(x, err,
			"the PDF could not be made; the report is there as "
			"text/html and application/json");
	return prb_answer(x, 200, PRB_TYPE_PDF);
}

enum prb_handled
prb_report_answer(struct prb_exchange *x, enum prb_report_form form, struct prb_span report,
	struct prb_span attestation, const struct prb_id *id)
{
	struct prb_str url;
	struct prb_span kept;

	prb_str_init(&url, VERIFY_URL_BYTES_MAX);
	write_verify_url(x, id, &url);
	kept = url.failed ? PRB_SPAN_NONE : prb_arena_copy(x->arena, prb_str_span(&url));
	prb_str_finish(&url);
	if (kept.p == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	return form == PRB_FORM_PDF ? answer_pdf(x, report, attestation, kept)
				    : answer_html(x, report, attestation, kept);
}
