/* SPDX-License-Identifier: Apache-2.0 */
/* GET /problems/{name}: the page that the `type` of a problem leads to. */
#include "service/handlers/page.h"

/* What to do follows from the status: who has to act, and on what. */
static const char *
what_to_do(int status)
{
	switch (status) {
	case 401:
		return "Send the header Authorization: Bearer prb_..., with a key of this server.";
	case 404:
	case 405:
		return "Look the address up in the description of this interface.";
	case 406:
	case 415:
		return "Take one of the media types that the detail or the description names.";
	case 409:
		return "Look at what the detail names: something that is there stands against the "
		       "request. (Of a hit, the report's listings say what was met, and how.) "
		       "Nothing was stored.";
	case 411:
	case 417:
	case 431:
	case 501:
	case 505:
		return "Change how the request is sent, as the detail says.";
	case 408:
		return "Send the request again.";
	case 413:
	case 414:
		return "Send less at once; long lists go to /v1/screenings.";
	case 422:
		return "The text can be read, but cannot stand as it is: correct the places that "
		       "`errors` names. Nothing was stored.";
	case 507:
		return "Who runs the server has to make room. What was stored is whole.";
	default:
		break;
	}
	if (status >= 500)
		return "The fault is on the server's side. Repeat later, after the time in "
		       "Retry-After where there is one; if it stays, tell who runs the server.";
	return "Correct what the detail names, then send the request again. Nothing was stored.";
}

static enum prb_err
find_error(struct prb_span wire)
{
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++)
		if (prb_span_is(wire, prb_err_wire((enum prb_err)err)))
			return (enum prb_err)err;
	return PRB_OK;
}

enum prb_handled
prb_handle_problem(struct prb_exchange *x)
{
	enum prb_err err = find_error(x->params[0]);
	struct prb_str *out = &x->reply.body;

	if (err == PRB_OK)
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"there is no problem of that name; the type of every problem leads here");
	prb_page_begin(out, prb_err_wire(err));
	prb_str_add_text(out, "<p>What is wrong: ");
	prb_html_add_text(out, prb_err_title(err));
	prb_str_addf(out, ".</p>\n<p>Status: %d</p>\n<p>What to do: ", prb_err_status(err));
	prb_html_add_text(out, what_to_do(prb_err_status(err)));
	prb_str_add_text(out,
		"</p>\n<p>The answer itself says more: <code>detail</code> in one line, and "
		"<code>errors</code> with the place of each fault.</p>\n"
		"<p><a href=\"/openapi.json\">The description of this interface</a>, "
		"<a href=\"/\">what is here</a></p>\n");
	return prb_page_end(x);
}
