/* SPDX-License-Identifier: Apache-2.0 */
/* GET /shop: the page for somebody in a shop, with the answer in it. */
#include <string.h>

#include "clients/render/texts.h"
#include "datasets/store/keys.h"
#include "service/handlers/bounds.h"
#include "service/handlers/shop.h"
#include "service/handlers/web.h"

/* A form sends its fields when they are empty, too. What is longer than a field may be is not
 * written into it again. */
static struct prb_span
typed(const struct prb_exchange *x, const char *name, size_t bytes_max, const char **fault)
{
	struct prb_span value = prb_span_trim(prb_query_get(&x->query, name));

	if (value.n <= bytes_max)
		return value;
	*fault = "fault_words";
	return PRB_SPAN_NONE;
}

/* The digit that the text begins with, as its keyboard has it: Arabic-Indic, Persian and full-width
 * ones too. *n is how many bytes it takes; 0: it is none. */
static char
digit_of(struct prb_span text, size_t *n)
{
	static const char *const zeros[] = {"0", "\xD9\xA0", "\xDB\xB0", "\xEF\xBC\x90"};

	for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
		size_t last = strlen(zeros[i]) - 1;

		if (text.n <= last || memcmp(text.p, zeros[i], last) != 0)
			continue;
		*n = (uint8_t)(text.p[last] - zeros[i][last]) <= 9 ? last + 1 : 0;
		if (*n != 0)
			return (char)('0' + (text.p[last] - zeros[i][last]));
	}
	*n = 0;
	return '\0';
}

/* The digits of a number that somebody typed, with blanks, dots and dashes as they are printed;
 * n 0 where there is anything else. */
static struct prb_span
digits_of(struct prb_exchange *x, struct prb_span text)
{
	char *digits = prb_arena_alloc(x->arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0, wide; digits != NULL && i < text.n; i += wide) {
		char digit = digit_of((struct prb_span){text.p + i, text.n - i}, &wide);

		if (wide != 0)
			digits[n++] = digit;
		else if (text.p[i] == ' ' || text.p[i] == '.' || text.p[i] == '-')
			wide = 1;
		else
			return PRB_SPAN_NONE;
	}
	return (struct prb_span){digits, n};
}

/* A customs code with the dot behind its heading: eight digits without one may be a barcode's. */
static struct prb_span
dotted(struct prb_exchange *x, struct prb_span code)
{
	struct prb_span digits = digits_of(x, code);
	char *text;

	if (digits.n != 8 || memchr(code.p, '.', code.n) != NULL)
		return code;
	text = prb_arena_alloc(x->arena, digits.n + 1);
	if (text == NULL)
		return code;
	memcpy(text, digits.p, 4);
	text[4] = '.';
	memcpy(text + 5, digits.p + 4, digits.n - 4);
	return (struct prb_span){text, digits.n + 1};
}

/* A link may have a barcode or a customs code under the name that /v1/products has for it. */
static struct prb_span
typed_product(struct prb_exchange *x, const char **fault)
{
	struct prb_span text = typed(x, "q", PRB_SOUGHT_WORDS_BYTES_MAX, fault);

	if (text.n == 0 && *fault == NULL)
		text = typed(x, "gtin", PRB_SOUGHT_WORDS_BYTES_MAX, fault);
	if (text.n == 0 && *fault == NULL)
		text = dotted(x, typed(x, "hs", PRB_SOUGHT_WORDS_BYTES_MAX, fault));
	return text;
}

/* As customs codes are printed: "6109.10.00", "6109 10 00". */
static bool
is_parted(struct prb_span text)
{
	return memchr(text.p, '.', text.n) != NULL ||
	       (text.n == 10 && text.p[4] == ' ' && text.p[7] == ' ');
}

/*
 * Customs codes have 2 to 10 digits, barcodes 8 or 12 to 14. Of eight digits those whose last fits
 * as a check digit are a barcode: nine of ten customs codes do not, and those that do are still
 * taken as a code when they are parted like one.
 */
static bool
is_barcode(struct prb_span digits, struct prb_span typed_text)
{
	if (digits.n == 8)
		return !is_parted(typed_text) && prb_gtin_checks(digits);
	return digits.n >= 12 && digits.n <= 14;
}

static void
read_product(struct prb_exchange *x, struct prb_shop_asked *asked, struct prb_lookup *lookup)
{
	struct prb_span code = prb_hs_bare(asked->q), digits = digits_of(x, code);

	if (asked->q.n == 0 || asked->q_fault != NULL)
		return;
	/* What was taken off said that it is a customs code. */
	if (digits.n == 0)
		lookup->q = asked->q;
	else if (code.n == asked->q.n && is_barcode(digits, code))
		lookup->gtin = digits;
	else if (digits.n > 10 || digits.n % 2 != 0 || !prb_hs_normalise(digits, lookup->hs))
		asked->q_fault = "fault_digits";
}

/* A country that is known stands in its field as the page's language calls it, as in the list that
 * the field offers. */
static void
name_origin(struct prb_exchange *x, struct prb_shop_asked *asked, int country)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_text_country(
		x->lang, prb_release_reference(x->desk->release)->countries[country].iso3, text);
	asked->origin = prb_kept(x->arena, text);
}

static void
read_origin(struct prb_exchange *x, struct prb_shop_asked *asked, struct prb_lookup *lookup)
{
	if (asked->origin.n == 0 || asked->origin_fault != NULL)
		return;
	lookup->country =
		prb_facts_country(x->desk->gatherer, asked->origin, &lookup->country_assumed);
	if (lookup->country >= 0) {
		name_origin(x, asked, lookup->country);
		return;
	}
	asked->origin_fault = "fault_country";
	asked->near = prb_facts_country_near(x->desk->gatherer, asked->origin);
}

static bool
stands(const struct prb_shop_asked *asked)
{
	return asked->q_fault == NULL && asked->origin_fault == NULL;
}

/* What the release cannot read is the one thing that was asked of it. */
static const char *
fault_of(const struct prb_lookup *lookup)
{
	return lookup->gtin.n > 0      ? "fault_barcode"
	       : lookup->hs[0] != '\0' ? "fault_code"
				       : "fault_words";
}

static enum prb_handled
answer(struct prb_exchange *x, const struct prb_page_file *file)
{
	struct prb_shop_asked asked = {.near = -1};
	struct prb_lookup lookup;
	bool found = false;
	enum prb_err err = PRB_OK;

	prb_lookup_init(&lookup);
	asked.q = typed_product(x, &asked.q_fault);
	asked.origin = typed(x, "origin", PRB_SOUGHT_COUNTRY_BYTES_MAX, &asked.origin_fault);
	read_product(x, &asked, &lookup);
	read_origin(x, &asked, &lookup);
	if (stands(&asked) && asked.q.n + asked.origin.n > 0) {
		err = prb_product_find(x, &lookup);
		if (err == PRB_ERR_MEMORY)
			return prb_refuse(x, err, NULL);
		if (err != PRB_OK)
			asked.q_fault = fault_of(&lookup);
		found = err == PRB_OK;
	}
	prb_shop_begin(x, file, &asked, lookup.country);
	prb_shop_form(x, &asked, found);
	if (found && !prb_shop_answer(x, &asked, &lookup))
		return prb_refuse(x, PRB_ERR_MEMORY, NULL);
	(void)prb_web_end(x, PRB_PAGE_shop, file);
	if (x->reply.status == 200 && !stands(&asked))
		x->reply.status = 422;
	return PRB_REPLIED;
}

enum prb_handled
prb_handle_shop(struct prb_exchange *x)
{
	const struct prb_page_file *file = prb_web_find(x, PRB_PAGE_shop);

	if (file == NULL)
		return prb_web_send(x, PRB_PAGE_shop, NULL);
	return answer(x, file);
}
