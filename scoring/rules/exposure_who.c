/* SPDX-License-Identifier: Apache-2.0 */
/* The lens `who`: how people are hired and kept. scoring/METHOD.md section 3. */
#include "scoring/rules/exposure.h"

struct who {
	const struct prb_reference *r;
	const struct prb_declaration *d;
	const struct prb_country *country;
	struct prb_value *values;
	bool own_word[PRB_STATEMENTS]; /* nobody but the supplier says so */
};

static struct prb_value
missing(int32_t point)
{
	return (struct prb_value){.point = point,
		.lo = 0,
		.hi = (int32_t)PRB_PPM_ONE,
		.known = PRB_IMPUTED,
		.count = -1,
		.source = PRB_SOURCE_OF_IMPUTED};
}

/* A declared value. The supplier's own favourable word counts at the worse of the value and what
 * silence would have been taken for
 * (`imputed`; at the most `imputed_hi`, where that depends on other open questions); once it is
 * confirmed the exposure can fall to what it says. */
static struct prb_value
declared_within(const struct who *w, enum prb_statement said, int32_t value, int32_t imputed,
	int32_t imputed_hi)
{
	bool own_word = w->own_word[said];

	return (struct prb_value){.point = own_word && value < imputed ? imputed : value,
		.lo = value,
		.hi = own_word && value < imputed_hi ? imputed_hi : value,
		.known = PRB_KNOWN,
		.unconfirmed = own_word && value < imputed,
		.count = -1,
		.source = w->r->weights[PRB_WHO_MIGRANTS].source};
}

static struct prb_value
declared(const struct who *w, enum prb_statement said, int32_t value, int32_t imputed)
{
	return declared_within(w, said, value, imputed, imputed);
}

/* ppm of the workforce; -1 where it cannot be said. */
static int64_t
share_of(const struct prb_workforce *workforce, int64_t part)
{
	if (part == 0)
		return 0;
	if (part < 0 || workforce->total <= 0)
		return -1;
	return prb_mul_div(part, PRB_PPM_ONE, workforce->total);
}

static int32_t
at_most_one(int64_t x)
{
	return x > PRB_PPM_ONE ? (int32_t)PRB_PPM_ONE : (int32_t)x;
}

/* What silence about migrants is taken for: it must not pay where they are tied by law or the good
 * is listed. */
static int32_t
imputed_migrants(const struct who *w, int32_t listed)
{
	bool exposed =
		w->country->tied_status_listed || listed >= w->r->constants[PRB_K_SILENCE_LISTED];

	return (int32_t)w->r->constants[exposed ? PRB_K_POINT_MIGRANTS : PRB_K_POINT_WHO];
}

static void
set_migrants(struct who *w, int64_t share)
{
	int32_t imputed = imputed_migrants(w, w->values[PRB_WHAT_GOOD_LISTED].point);
	int32_t imputed_hi = imputed_migrants(w, w->values[PRB_WHAT_GOOD_LISTED].hi);

	if (share < 0)
		w->values[PRB_WHO_MIGRANTS] = missing(imputed);
	else
		w->values[PRB_WHO_MIGRANTS] = declared_within(w, PRB_SAID_MIGRANT,
			at_most_one(share * w->r->constants[PRB_K_MIGRANTS_FACTOR]), imputed,
			imputed_hi);
}

/* With the share of migrants unknown, tied status stands at its full scale times what silence is
 * taken for. */
static void
set_tied_status(struct who *w, int64_t share)
{
	int32_t tied = w->country->tied_status_ppm;
	int32_t imputed = (int32_t)prb_ppm_mul(
		tied, imputed_migrants(w, 0)); /* tied status alone makes silence count in full */
	struct prb_value *value = &w->values[PRB_WHO_TIED_STATUS];

	if (!w->country->tied_status_listed)
		*value = (struct prb_value){.known = PRB_KNOWN, .count = -1};
	else if (share < 0)
		*value = missing(imputed);
	else
		*value = declared(w, PRB_SAID_MIGRANT, (int32_t)prb_ppm_mul(tied, share), imputed);
	if (value->known == PRB_KNOWN)
		value->source = w->r->weights[PRB_WHO_TIED_STATUS].source;
}

static bool
employer_pays_is_shown(const struct who *w)
{
	for (size_t i = 0; i < w->d->controls_count; i++)
		if (w->d->controls[i].control == PRB_CONTROL_EMPLOYER_PAYS_PRINCIPLE &&
			w->d->controls[i].evidence >= PRB_DOCUMENTED)
			return true;
	return false;
}

/* Fees count only where there are, or may be, people who pay them: migrants or agency workers. */
static void
set_fees(struct who *w)
{
	const struct prb_workforce *force = &w->d->workforce;
	const int64_t *constants = w->r->constants;
	bool exposed = force->migrant > 0 || force->agency > 0;
	/* That nobody is there to pay counts once it is more than the supplier's word. */
	bool nobody = force->migrant == 0 && force->agency == 0 && !w->own_word[PRB_SAID_MIGRANT] &&
		      !w->own_word[PRB_SAID_AGENCY];
	bool halved = force->fees_reimbursed == PRB_YES && !w->own_word[PRB_SAID_FEES_REIMBURSED];
	int64_t unknown = constants[exposed ? PRB_K_FEES_UNKNOWN_EXPOSED : PRB_K_FEES_UNKNOWN];
	struct prb_value *value = &w->values[PRB_WHO_RECRUITMENT_FEES];
	int64_t paid = -1;

	if (force->recruitment_fees == PRB_FEES_WORKERS)
		paid = PRB_PPM_ONE;
	else if (force->recruitment_fees == PRB_FEES_EMPLOYER)
		paid = constants[employer_pays_is_shown(w) ? PRB_K_FEES_EMPLOYER_SHOWN
							   : PRB_K_FEES_EMPLOYER_SAID];
	if (nobody)
		*value = declared(w, PRB_SAID_MIGRANT, 0, (int32_t)unknown);
	else if (paid < 0)
		*value = missing((int32_t)unknown); /* who paid is not known, so neither is what
							  was paid back */
	else
		*value = declared_within(w, PRB_SAID_RECRUITMENT_FEES,
			(int32_t)(halved ? prb_mul_div(paid, 1, 2) : paid), (int32_t)unknown,
			(int32_t)constants[PRB_K_FEES_UNKNOWN_EXPOSED]);
	/* Whether fees were paid back is a question of its own: until it is answered half is
	 * possible. */
	if (!nobody && paid >= 0 && !halved && force->fees_reimbursed != PRB_NO)
		value->lo = (int32_t)prb_mul_div(value->lo, 1, 2);
	/* Whether anyone could have paid is itself unknown. */
	if (!nobody && !exposed)
		value->lo = 0;
}

static void
set_flag(struct who *w, enum prb_component c, enum prb_statement statement, bool said, bool adverse)
{
	int32_t imputed = (int32_t)w->r->constants[PRB_K_POINT_WHO];

	w->values[c] = said ? declared(w, statement, adverse ? (int32_t)PRB_PPM_ONE : 0, imputed)
			    : missing(imputed);
}

static void
set_flags(struct who *w)
{
	const struct prb_workforce *force = &w->d->workforce;
	const int64_t *constants = w->r->constants;
	bool housing =
		force->housing == PRB_HOUSING_EMPLOYER || force->housing == PRB_HOUSING_INDEPENDENT;

	set_flag(w, PRB_WHO_TIED_HOUSING, PRB_SAID_HOUSING, housing,
		force->housing == PRB_HOUSING_EMPLOYER);
	set_flag(w, PRB_WHO_PHONES_KEPT, PRB_SAID_PHONES_KEPT,
		force->phones_kept_by_employer != PRB_UNSAID,
		force->phones_kept_by_employer == PRB_TRUE);
	set_flag(w, PRB_WHO_PIECE_RATE, PRB_SAID_PIECE_RATE, force->piece_rate != PRB_UNSAID,
		force->piece_rate == PRB_TRUE);
	set_flag(w, PRB_WHO_PEAK_HOURS, PRB_SAID_PEAK_HOURS, force->peak_hours_per_week >= 0,
		force->peak_hours_per_week > constants[PRB_K_PEAK_HOURS_MAX]);
	set_flag(w, PRB_WHO_REST_DAYS, PRB_SAID_REST_DAYS, force->rest_days_per_month >= 0,
		force->rest_days_per_month < constants[PRB_K_REST_DAYS_MIN]);
	set_flag(w, PRB_WHO_MONTHS_AWAY, PRB_SAID_MONTHS_AT_SEA, force->months_at_sea >= 0,
		force->months_at_sea > constants[PRB_K_MONTHS_AWAY_MAX]);
	set_flag(w, PRB_WHO_UNDER_18, PRB_SAID_UNDER_18, force->under_18 >= 0, force->under_18 > 0);
}

void
prb_exposure_who(const struct prb_reference *reference, const struct prb_declaration *declaration,
	const struct prb_facts *facts, enum prb_declarant declarant, int16_t country,
	struct prb_value values[PRB_COMPONENTS])
{
	struct who w = {.r = reference,
		.d = declaration,
		.country = &reference->countries[country],
		.values = values};
	int64_t migrants = share_of(&declaration->workforce, declaration->workforce.migrant);
	int64_t agency = share_of(&declaration->workforce, declaration->workforce.agency);
	int32_t imputed = (int32_t)reference->constants[PRB_K_POINT_WHO];

	for (int i = 0; i < PRB_STATEMENTS; i++)
		w.own_word[i] = declarant == PRB_SUPPLIER &&
				!prb_workforce_confirmed(facts, (enum prb_statement)i);
	set_migrants(&w, migrants);
	set_fees(&w);
	values[PRB_WHO_AGENCY_LABOUR] =
		agency < 0 ? missing(imputed)
			   : declared(&w, PRB_SAID_AGENCY, at_most_one(agency), imputed);
	set_tied_status(&w, migrants);
	set_flags(&w);
}
