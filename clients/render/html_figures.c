/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/html_figures.h"

#include <qrencode.h>

/* Above it a code is too fine for a cheap telephone held over paper; an address of ours has some
 * 70 bytes. */
#define QR_URL_BYTES_MAX 300
#define QR_QUIET 4 /* modules of white around it: ISO/IEC 18004 */

#define HIDDEN "aria-hidden=\"true\" focusable=\"false\""

static void
put_rect(struct prb_str *out, int64_t x, int64_t width, const char *opacity)
{
	prb_str_addf(out,
		"<rect x=\"%lld\" width=\"%lld\" height=\"10\" fill=\"currentColor\" "
		"fill-opacity=\"%s\"/>",
		(long long)x, (long long)width, opacity);
}

/* In tenths of the scale: a value is a mark of six tenths' width over its range; without a range
 * it is filled from the start. */
void
prb_html_bar(const struct prb_block_bar *bar, bool rtl, struct prb_str *out)
{
	int64_t scale = bar->max * 10, value = bar->value * 10, mark = value - 6;

	mark = mark < 0 ? 0 : mark > scale - 12 ? scale - 12 : mark;
	prb_str_addf(out,
		"<svg class=\"bar\" viewBox=\"0 0 %lld 10\" preserveAspectRatio=\"none\" " HIDDEN
		"><g%s",
		(long long)scale, rtl ? " transform=\"matrix(-1 0 0 1 " : "");
	if (rtl)
		prb_str_addf(out, "%lld 0)\"", (long long)scale);
	prb_str_add_char(out, '>');
	put_rect(out, 0, scale, ".12");
	if (bar->range) {
		put_rect(out, bar->low * 10, (bar->high - bar->low) * 10, ".35");
		put_rect(out, mark, 12, "1");
	} else {
		put_rect(out, 0, value, "1");
	}
	prb_str_add_text(out, "</g></svg>");
}

void
prb_html_sign(struct prb_span state_key, struct prb_str *out)
{
#define FRAME "<path d=\"M1 1h14v14h-14z\" fill=\"none\" stroke=\"currentColor\"/>"
	static const struct {
		const char *key, *drawing;
	} signs[] = {
		{"present", "<path d=\"M.5.5h15v15h-15z\" fill=\"currentColor\"/>"},
		{"contested", FRAME "<path d=\"M1 15V1h14z\" fill=\"currentColor\"/>"},
		{"historic", FRAME "<path d=\"M5 5h6v6h-6z\" fill=\"currentColor\"/>"},
		{"remedied", FRAME "<path d=\"M4 8l3 3.5L12.5 4.5\" fill=\"none\" "
				   "stroke=\"currentColor\" stroke-width=\"2\"/>"},
		{"absent", FRAME},
		{"unknown", "<path d=\"M1 1h14v14h-14z\" fill=\"none\" stroke=\"currentColor\" "
			    "stroke-dasharray=\"2 2\"/><path "
			    "d=\"M1 6L6 1M1 11L11 1M2 15L15 2M7 15l8-8M12 15l3-3\" "
			    "stroke=\"currentColor\"/>"},
	};
#undef FRAME
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (prb_span_is(state_key, signs[i].key))
			prb_str_addf(out,
				"<svg class=\"sign\" viewBox=\"0 0 16 16\" width=\"16\" "
				"height=\"16\" " HIDDEN ">%s</svg> ",
				signs[i].drawing);
}

/* Runs of dark modules of one row. */
static void
put_modules(const QRcode *code, int y, struct prb_str *out)
{
	const unsigned char *row = code->data + (size_t)y * (size_t)code->width;

	for (int x = 0; x < code->width;) {
		int run = 0;

		while (x + run < code->width && (row[x + run] & 1) != 0)
			run++;
		if (run != 0)
			prb_str_addf(out, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run, run);
		x += run + 1;
	}
}

/* Dark on white in dark mode too: not every reader takes it the other way round. */
bool
prb_html_qr(struct prb_span url, struct prb_str *out)
{
	char text[QR_URL_BYTES_MAX + 1];
	QRcode *code;
	int side;

	if (url.n == 0 || url.n > QR_URL_BYTES_MAX)
		return false;
	memcpy(text, url.p, url.n);
	text[url.n] = '\0';
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (code == NULL) {
		out->failed = true; /* so short a text lacks nothing but memory */
		return false;
	}
	side = code->width + 2 * QR_QUIET;
	prb_str_addf(out,
		"<svg class=\"qr\" viewBox=\"0 0 %d %d\" width=\"160\" height=\"160\" "
		"shape-rendering=\"crispEdges\" " HIDDEN
		"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
		"<path fill=\"#000\" d=\"",
		side, side, side, side);
	for (int y = 0; y < code->width; y++)
		put_modules(code, y, out);
	prb_str_add_text(out, "\"/></svg>");
	QRcode_free(code);
	return true;
}
