/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/invited.h"

#include "scoring/names/fold.h"
#include "service/handlers/admin.h"
#include "service/handlers/attesting.h"

#define LABEL_BYTES_MAX PRB_LABEL_BYTES_MAX
/* Each byte of a name folded to the longest that a folding table can hold. */
#define FOLDED_BYTES_MAX ((size_t)PRB_NAME_BYTES_MAX * 255)

/*
 * ---- Whom it is for ----
 */

enum prb_err
prb_invited_pack(struct prb_exchange *x, const struct prb_invited *invited, struct prb_span *out)
{
	struct prb_str *text = &x->desk->text;
	struct prb_writer w;

	prb_str_reset(text);
	prb_writer_init(&w, text);
	prb_writer_object(&w);
	prb_admin_write_if(&w, "country", invited->country);
	prb_admin_write_if(&w, "language", invited->language);
	prb_writer_member_string(&w, "name", invited->name);
	prb_writer_end(&w);
	if (text->n > LABEL_BYTES_MAX)
		return prb_faults_add(&x->faults, PRB_ERR_RANGE, "/supplier/name",
			"this name is longer than an invitation can hold: shorten it");
	*out = prb_kept(x->arena, text);
	return out->p == NULL ? PRB_ERR_MEMORY : PRB_OK;
}

void
prb_invited_unpack(struct prb_exchange *x, struct prb_span label, struct prb_invited *out)
{
	const struct prb_json *root;

	*out = (struct prb_invited){.name = PRB_SPAN("")};
	if (prb_json_parse(x->arena, label, LABEL_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT)
		return;
	out->country = prb_text_in(root, "country");
	out->language = prb_text_in(root, "language");
	if (prb_text_in(root, "name").p != NULL)
		out->name = prb_text_in(root, "name");
}

void
prb_invited_write(struct prb_writer *w, const struct prb_invited *invited)
{
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	prb_admin_write_if(w, "country", invited->country);
	prb_writer_member_string(w, "name", invited->name);
	prb_writer_end(w);
}

/*
 * ---- Who declares ----
 */

enum prb_err
prb_invited_key(struct prb_exchange *x, struct prb_stored_api_key *out)
{
	const struct prb_id id = prb_own_name(x).id;

	if (x->caller.kind != PRB_CALLER_INVITATION)
		return PRB_ERR_NOT_FOUND;
	return prb_find_api_key(x->desk->state_reader, x->caller.tenant, &id, x->arena, out);
}

enum prb_err
prb_invited_check(struct prb_exchange *x, const struct prb_result *result)
{
	struct prb_stored_api_key key;
	struct prb_invited invited;
	enum prb_err err;

	if (x->caller.kind != PRB_CALLER_INVITATION)
		return PRB_OK;
	err = prb_invited_key(x, &key);
	if (err != PRB_OK)
		return err;
	prb_invited_unpack(x, key.name, &invited);
	if (invited.country.p == NULL ||
		prb_span_is(invited.country,
			result->reference->countries[result->facts->supplier.country].iso3))
		return PRB_OK;
	return prb_faults_add(&x->faults, PRB_ERR_VALUE, "/supplier/country",
		"this invitation is for a supplier in %.*s: if that is not where you are, ask who "
		"invited you for another one",
		PRB_SPAN_ARGS(invited.country));
}

/* By spelling alone: what case, marks and punctuation make of a name. */
static enum prb_err
compare_names(const struct prb_exchange *x, struct prb_span a, struct prb_span b, bool *same)
{
	const struct prb_fold_table *fold = prb_release_fold(x->desk->release);
	struct prb_str left, right;
	enum prb_err err = PRB_OK;

	prb_str_init(&left, FOLDED_BYTES_MAX);
	prb_str_init(&right, FOLDED_BYTES_MAX);
	prb_fold_key(fold, a, &left);
	prb_fold_key(fold, b, &right);
	if (left.failed || right.failed)
		err = PRB_ERR_MEMORY;
	else
		/* Of signs alone nothing is left that could be compared. */
		*same = left.n == 0 || right.n == 0
				? prb_span_equal(a, b)
				: prb_span_equal(prb_str_span(&left), prb_str_span(&right));
	prb_str_finish(&left);
	prb_str_finish(&right);
	return err;
}

/* The members "same_supplier" and "supplier", by the report. */
static enum prb_err
write_supplier(struct prb_exchange *x, struct prb_writer *w, struct prb_span json,
	const struct prb_invited *invited)
{
	const struct prb_json *report, *supplier;
	struct prb_span country, name;
	bool same = false;
	enum prb_err err = prb_json_parse(x->desk->tier, json, json.n, NULL, &report);

	if (err != PRB_OK)
		return err == PRB_ERR_MEMORY ? err : PRB_ERR_STATE_DAMAGED;
	supplier = prb_object_in(report, "supplier");
	country = prb_text_in(supplier, "country");
	name = prb_text_in(supplier, "name");
	if (country.p == NULL || name.p == NULL)
		return PRB_ERR_STATE_DAMAGED;
	if (invited->name.n != 0) {
		err = compare_names(x, name, invited->name, &same);
		if (err != PRB_OK)
			return err;
		same = same &&
		       (invited->country.p == NULL || prb_span_equal(country, invited->country));
		prb_writer_member_bool(w, "same_supplier", same);
	}
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	prb_writer_member_string(w, "country", country);
	prb_writer_member_string(w, "name", name);
	prb_writer_end(w);
	return PRB_OK;
}

static enum prb_err
write_item(struct prb_exchange *x, struct prb_writer *w, const struct prb_id *id,
	const struct prb_invited *invited, struct prb_invited_opened *opened)
{
	struct prb_stored_declaration stored;
	enum prb_err err = PRB_ERR_NOT_FOUND;

	prb_writer_object(w);
	prb_admin_write_id(w, "id", id);
	prb_arena_reset(x->desk->tier);
	if (opened->bytes < PRB_INVITED_OPENED_BYTES_MAX)
		err = prb_own_reported(x, id, x->desk->tier, &stored);
	if (err == PRB_OK) {
		opened->count++;
		opened->bytes += stored.report.n + stored.declaration.n + stored.attestation.n;
		err = write_supplier(x, w, stored.report, invited);
	} else if (err == PRB_ERR_NOT_FOUND) {
		err = PRB_OK;
	}
	prb_writer_end(w);
	return err;
}

enum prb_err
prb_invited_write_declared(struct prb_exchange *x, struct prb_writer *w,
	const struct prb_stored_api_key *key, const struct prb_invited *invited,
	struct prb_invited_opened *opened)
{
	struct prb_invited_opened own = {.count = 0};
	struct prb_id found[PRB_INVITED_DECLARATIONS_MAX];
	size_t count = 0;
	enum prb_err err = prb_find_held_ids(x->desk->state_reader, key->tenant, &key->holder,
		PRB_INVITED_DECLARATIONS_MAX, found, &count);

	if (err != PRB_OK)
		return err;
	prb_writer_key(w, "declared");
	prb_writer_array(w);
	for (size_t i = 0; i < count && err == PRB_OK; i++)
		err = write_item(x, w, &found[i], invited, &own);
	prb_writer_end(w);
	opened->count += own.count;
	opened->bytes += own.bytes;
	return err;
}
