/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a report that are about exposure and scopes. */
#include <stdio.h>

#include "scoring/rules/pointer.h"
#include "scoring/rules/report_parts.h"

static void
write_range(struct prb_writer *w, const char *name, prb_ppm lo, prb_ppm hi)
{
	prb_writer_key(w, name);
	prb_writer_array(w);
	prb_writer_int(w, prb_ppm_points(lo));
	prb_writer_int(w, prb_ppm_points(hi));
	prb_writer_end(w);
}

/* What a component is: the same in every report. */
#define LENS_WHERE "where"
#define LENS_WHAT "what"
#define LENS_WHO "who"
static const struct {
	const char *known, *imputed;
} component_members[PRB_COMPONENTS] = {
#define PRB_COMPONENT(lens, name, id)                                                              \
	{"\"id\":\"" id "\",\"imputed\":false,\"lens\":\"" LENS_##lens "\"",                       \
		"\"id\":\"" id "\",\"imputed\":true,\"lens\":\"" LENS_##lens "\""},
#include "scoring/model/components.def"
#undef PRB_COMPONENT
};

/* A component: value in ppm of its scale, contribution in points; marks only where they apply. */
static void
write_component(struct prb_writer *w, const struct prb_result *r, enum prb_component c)
{
	const struct prb_value *v = &r->exposure.worst.values[c];

	prb_writer_object(w);
	prb_writer_member_int(w, "contribution", r->exposure.contribution[c]);
	if (v->count >= 0)
		prb_writer_member_int(w, "count", v->count);
	if (v->good != NULL)
		prb_writer_member_text(w, "good", v->good);
	prb_writer_members(w, "id", "lens",
		v->known == PRB_IMPUTED ? component_members[c].imputed
					: component_members[c].known);
	if (v->good != NULL)
		prb_writer_member_text(w, "listed", prb_listed_word((enum prb_listed)v->listed));
	if (v->known == PRB_NOT_APPLICABLE)
		prb_writer_member_bool(w, "not_applicable", true);
	prb_writer_member_text(w, "source", v->source == NULL ? "" : v->source);
	if (v->unconfirmed)
		prb_writer_member_bool(w, "unconfirmed", true);
	if (v->unverified)
		prb_writer_member_bool(w, "unverified", true);
	prb_writer_key(w, "value");
	if (v->known == PRB_NOT_APPLICABLE)
		prb_writer_null(w);
	else
		prb_writer_int(w, v->point);
	if (v->year != 0)
		prb_writer_member_int(w, "year", v->year);
	prb_writer_end(w);
}

static void
write_each(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "each");
	prb_writer_array(w);
	for (size_t i = 0; i < r->exposure.cases_count; i++) {
		const struct prb_exposure_brief *e = &r->exposure.cases[i];

		prb_writer_object(w);
		prb_writer_member_int(w, "inherent", prb_ppm_points(e->inherent));
		if (e->product >= 0)
			prb_writer_member_int(w, "product", e->product);
		write_range(w, "range", e->lo, e->hi);
		if (e->site >= 0)
			prb_writer_member_string(w, "site", r->declaration->sites[e->site].id);
		prb_writer_end(w);
	}
	prb_writer_end(w);
	prb_writer_member_int(w, "each_left_out", (int64_t)r->exposure.cases_left_out);
}

void
prb_report_exposure(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_exposure_result *e = &r->exposure;

	prb_writer_key(w, "exposure");
	prb_writer_object(w);
	prb_writer_key(w, "components");
	prb_writer_array(w);
	for (int c = 0; c < PRB_COMPONENTS; c++)
		if (prb_reference_has(r->reference, (enum prb_component)c))
			write_component(w, r, (enum prb_component)c);
	prb_writer_end(w);
	prb_writer_member_int(w, "controls_share_ppm", e->controls_share);
	write_each(w, r);
	prb_writer_member_int(w, "inherent", prb_ppm_points(e->worst.inherent));
	prb_writer_member_int(w, "inherent_ppm", e->worst.inherent);
	prb_writer_key(w, "lenses_ppm");
	prb_writer_object(w);
	prb_writer_member_int(w, "what", e->worst.lens[PRB_LENS_WHAT]);
	prb_writer_member_int(w, "where", e->worst.lens[PRB_LENS_WHERE]);
	prb_writer_member_int(w, "who", e->worst.lens[PRB_LENS_WHO]);
	prb_writer_end(w);
	if (e->worst.product >= 0)
		prb_writer_member_int(w, "product", e->worst.product);
	write_range(w, "range", e->lo, e->hi);
	prb_writer_member_int(w, "residual", prb_ppm_points(e->residual));
	prb_writer_member_int(w, "residual_ppm", e->residual);
	write_range(w, "residual_range", e->residual_lo, e->residual_hi);
	if (e->worst.site >= 0)
		prb_writer_member_string(w, "site", r->declaration->sites[e->worst.site].id);
	prb_writer_member_text(
		w, "where_country", r->reference->countries[e->worst.where_country].iso3);
	prb_writer_end(w);
}

void
prb_report_scope_pointer(
	const struct prb_result *r, const struct prb_scope_hit *hit, char *out, size_t room)
{
	switch ((enum prb_scope_cause)hit->cause) {
	case PRB_CAUSE_SITE:
		if (hit->index < 0)
			snprintf(out, room, "/supplier");
		else
			prb_pointer(out, "/sites/", hit->index, "");
		break;
	case PRB_CAUSE_PRODUCT:
		prb_pointer(out, "/products/", hit->index, "");
		break;
	case PRB_CAUSE_INPUT:
		snprintf(out, room, "/products/%d/inputs/%d", (int)hit->index, (int)hit->index2);
		break;
	case PRB_CAUSE_NATIONALITY:
		snprintf(out, room, "/workforce/nationalities/%d", (int)hit->index);
		break;
	case PRB_CAUSE_UPSTREAM:
		prb_tier_pointer(r->declaration, (size_t)hit->index,
			hit->referred ? "/declaration" : "", out, room);
		break;
	case PRB_CAUSE_TRANSFER:
		snprintf(out, room, "/workforce/labour_transfer");
		break;
	case PRB_CAUSE_PRISON:
		snprintf(out, room, "/workforce/prison_labour");
		break;
	}
}

static void
write_scope(struct prb_writer *w, const struct prb_result *r, const struct prb_scope_hit *hit)
{
	char pointer[PRB_UPSTREAM_POINTER_BYTES];
	uint8_t cause = hit->referred ? hit->cause_there : hit->cause;

	prb_report_scope_pointer(r, hit, pointer, sizeof pointer);
	prb_writer_object(w);
	if (hit->scope != NULL)
		prb_writer_member_text(w, "as_of", hit->scope->as_of);
	prb_writer_member_bool(w, "cleared", hit->cleared);
	prb_writer_member_text(w, "id",
		hit->scope != NULL            ? hit->scope->id
		: cause == PRB_CAUSE_TRANSFER ? "labour_transfer"
					      : "prison_labour");
	if (hit->scope != NULL)
		prb_writer_member_text(w, "law", hit->scope->law);
	prb_writer_member_text(w, "met_by", pointer);
	prb_writer_member_bool(w, "region_unknown", hit->region_unknown);
	if (hit->scope != NULL)
		prb_writer_member_text(w, "source", hit->scope->source);
	prb_writer_member_int(w, "tier", hit->tier);
	prb_writer_member_text(
		w, "value", prb_state_imposed_word((enum prb_state_imposed)hit->value));
	prb_writer_end(w);
}

size_t
prb_report_scopes_shown(const struct prb_result *r, size_t shown[PRB_REPORT_SHOWN_MAX])
{
	size_t n = 0;

	for (int value = PRB_PRESUMED; value >= PRB_NOT_PRESUMED; value--)
		for (size_t i = 0; i < r->scopes_count && n < PRB_REPORT_SHOWN_MAX; i++)
			if (r->scopes[i].value == value)
				shown[n++] = i;
	return n;
}

void
prb_report_scopes(struct prb_writer *w, const struct prb_result *r)
{
	size_t shown[PRB_REPORT_SHOWN_MAX], n = prb_report_scopes_shown(r, shown);

	prb_writer_key(w, "state_imposed_scopes");
	prb_writer_array(w);
	for (size_t i = 0; i < n; i++)
		write_scope(w, r, &r->scopes[shown[i]]);
	prb_writer_end(w);
	if (n < r->scopes_count)
		prb_writer_member_int(
			w, "state_imposed_scopes_left_out", (int64_t)(r->scopes_count - n));
}
